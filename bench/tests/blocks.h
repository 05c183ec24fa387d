/* Plans and blocks made by hand, as if a probe had been there. */
#ifndef TESTS_BLOCKS_H
#define TESTS_BLOCKS_H

#include "../driver/plan.h"
#include "../driver/sampler.h"

/* A case with these names; its index is the plan's count before. */
struct bench_case *blocks_case(struct plan *plan, const char *name,
                               const char *family, const char *placement);

/* Adds the block that a probe's text makes. A new round begins where `round` is
 * one that was not there yet. */
struct block *blocks_add(struct samples *samples, size_t case_index,
                         unsigned round, const char *text);

#endif
