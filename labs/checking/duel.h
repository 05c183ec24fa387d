/* A duel: two threads against one piece of the student's code. The first is
 * stopped at its k-th hook; the second then runs until it has finished or
 * provably waits; then the first goes on. Every k is tried: those are all the
 * interleavings with one interruption, and with a stop for the second as well
 * all with two. Without a clock and without luck. */
#ifndef CHECKING_DUEL_H
#define CHECKING_DUEL_H

#include "hook.h"
#include "trial.h"

#include <stdbool.h>

struct duel {
    void (*setup)(void *facts); /* before the two start; may be NULL */
    void (*first)(void *facts);
    void (*second)(void *facts);
    void (*after)(void *facts); /* when both are done; may be NULL */
    void *facts;                /* from trial_shared */
};

struct duel_side {
    int hooks;    /* how many it met */
    bool stopped; /* it did reach the one at which it was to stop */
    bool done;
};

struct duel_result {
    struct outcome outcome;
    struct duel_side first, second;
    bool second_passed; /* it finished while the first was stopped */
};

/* Stops count from 1; 0: that one is not stopped. The second is let go on when
 * the first, let go before it, has finished or waits. */
struct duel_result duel_run(const struct duel *duel, int stop_first,
                            int stop_second);

/* In the trial: 1, 2, or 0 for everybody else. */
int duel_me(void);

#endif
