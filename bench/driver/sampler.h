/* Rounds of blocks. A round runs one block of every case, in a freshly
 * shuffled order; rounds go on until the time budget is used up, and never
 * stop because a number looks good. Between two clock readings of a probe the
 * sampler sleeps. */
#ifndef DRIVER_SAMPLER_H
#define DRIVER_SAMPLER_H

#include "plan.h"
#include "rows.h"

#include <gsl/gsl_rng.h>
#include <signal.h>
#include <stddef.h>

/* One finished block: one command's rows for one case. */
struct block {
    size_t case_index;
    unsigned round, order; /* order: its place within the round */
    double others_running; /* runnable tasks beside us as it began; NAN */
    const char *excluded;  /* why it does not count; NULL: it does */
    struct rows rows;
};

struct samples {
    struct block *blocks;
    size_t count, room;
    unsigned rounds; /* begun */
    double seconds;  /* from the first block to the last */
    int interrupted; /* the signal's number; 0: none */
};

struct sampler {
    unsigned rounds_at_least;
    double budget_s;
    double block_limit_s; /* a command that takes longer is stuck */
    gsl_rng *rng;
    const volatile sig_atomic_t *stop;
    /* Called between two rounds, never during one. May be NULL. */
    void (*progress)(void *arg, unsigned rounds, double elapsed_s,
                     double left_s);
    void *progress_arg;
};

/* Fills ret. 0, also when a signal ended it early (ret->interrupted) and when
 * a case failed: its `unavailable` then says why. -ENOMEM otherwise. */
int sampler_run(const struct sampler *sampler, struct plan *plan,
                struct samples *ret);
void samples_free(struct samples *samples);

#endif
