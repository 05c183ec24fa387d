/* For tests of experiments: what one plans for a machine, and what it concludes
 * from blocks made by hand. */
#ifndef TESTS_TRIAL_H
#define TESTS_TRIAL_H

#include "../driver/experiments/experiment.h"
#include "../driver/report.h"

#include <stdbool.h>

/* A run with that profile, of the programs in that folder, on a machine that
 * nothing is known about, and that nobody stops. */
struct context trial_context(const char *programs,
                             const struct profile *profile);

/* The experiment's plan, which it must make; to be freed. */
struct plan trial_plan(const struct experiment *experiment,
                       const struct context *context);

/* The first case of that name, with that placement (NULL: any) and these pairs
 * of parameter and value, NULL at the end; NULL when there is none. */
__attribute__((sentinel)) const struct bench_case *trial_case(
    const struct plan *plan, const char *name, const char *placement, ...);

/* Is this one of the words of the case's command? */
bool trial_has_word(const struct bench_case *bench_case, const char *word);

/* Begins the report, lets the experiment conclude, and frees samples and plan.
 * 0 or -errno, as it says. */
int trial_try(const struct experiment *experiment,
              const struct context *context, struct plan *plan,
              struct samples *samples, struct report *report,
              struct failure *failure);

/* The same where it must conclude, and no chart or line may hold a number that
 * is none. The context may be NULL: an empty one. */
void trial_conclude(const struct experiment *experiment,
                    const struct context *context, struct plan *plan,
                    struct samples *samples, struct report *report);

/* The chart's title; "" when there is none. */
const char *trial_title(const struct report *report, const char *chart);

#endif
