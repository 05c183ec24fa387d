/* Verdicts: from an outcome to words. What was seen; what it means; where to
 * look. The first question that applies speaks, and ends the test. */
#ifndef CHECKING_VERDICT_H
#define CHECKING_VERDICT_H

#include "trial.h"

/* The message, wrapped at 80 columns; then what the exercise printed, and the
 * seed if there is one; then cmocka's fail. `outcome` may be NULL. */
_Noreturn void verdict_fail(const struct outcome *outcome, const char *format,
                            ...) __attribute__((format(printf, 2, 3)));

/* Has verdict_fail been called? */
bool verdict_spoken(void);

/* First in every test. Crash, exit, ran on, too many, stuck, spinning, too
 * long: fails with common words for the first that applies; comes back when
 * the student's function came back, in one process only. */
void verdict_common(const struct outcome *outcome);

/* The first half of it: crash, exit, ran on, too many. For a check that has
 * words of its own for being stuck. */
void verdict_ended(const struct outcome *outcome);

/* Last in every test: threads, processes, zombies, handles and files. */
void verdict_leftovers(const struct outcome *outcome);

/* "stuck": for tables and debugging. */
const char *verdict_end_name(enum trial_end how);

#endif
