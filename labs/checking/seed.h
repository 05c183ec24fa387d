/* Random inputs that a failure can repeat: verdict_fail prints the seed once
 * it was asked for, and LAB_SEED=… gives the same inputs again. */
#ifndef CHECKING_SEED_H
#define CHECKING_SEED_H

#include <stdbool.h>
#include <stdint.h>

/* LAB_SEED, or a random number; the same throughout one program. */
uint64_t seed_get(void);

/* Has seed_get been called in this program? */
bool seed_used(void);

/* The next number of a sequence that starts with *state = seed_get(). */
uint64_t seed_next(uint64_t *state);

/* From 0 to below - 1. */
int seed_below(uint64_t *state, int below);

#endif
