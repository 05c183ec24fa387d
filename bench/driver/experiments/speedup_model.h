/* How far ranks would go, past the machines at hand: a model from what one
 * launch costs, one rank's work takes and one message takes. */
#ifndef DRIVER_SPEEDUP_MODEL_H
#define DRIVER_SPEEDUP_MODEL_H

#include "speedup.h"

/* Seconds, as measured. */
struct rank_costs {
    double work_s;    /* all of it, by one rank */
    double message_s; /* one level of the tree that sums up */
    double launch_s;  /* until the ranks of this launch ran; 0: leave it out */
};

/* T(p) = launch + W/p + ceil(log2 p) L. Sums of a number go up a tree, pair by
 * pair, in ceil(log2 p) messages one after the other: Thakur, Rabenseifner and
 * Gropp, "Optimization of Collective Communication Operations in MPICH",
 * International Journal of High Performance Computing Applications 19:1 (2005).
 * Launch: what was measured here, as if every host began at the same time and
 * took as long for its ranks as this one; a real one takes longer. */
double rank_model_s(const struct rank_costs *costs, unsigned ranks);

/* Messages one after the other: ceil(log2 ranks). */
unsigned rank_model_levels(unsigned ranks);

/* Adds the model's curves, fits, lines and its chart's words, if there are
 * ranks to take it from. 0 or -ENOMEM. */
int speedup_model(const struct context *context, const struct samples *samples,
                  const struct plan *plan,
                  const struct speedup_results *results, struct report *report);

#endif
