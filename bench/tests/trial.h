/* For tests of experiments: what one plans for a machine, and what it concludes
 * from blocks made by hand. */
#ifndef TESTS_TRIAL_H
#define TESTS_TRIAL_H

#include "../driver/experiments/experiment.h"
#include "../driver/report.h"

#include <stdbool.h>

/* The experiment's plan, which it must make; to be freed. */
struct plan trial_plan(const struct experiment *experiment,
                       const struct context *context);

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
