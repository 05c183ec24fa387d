/* For tests of the probe's measures: one run of a measure, and that it leaves
 * nobody behind. */
#ifndef TESTS_MEASURING_H
#define TESTS_MEASURING_H

#include "../probe/measures.h"

#include <stddef.h>

enum { MEASURING_WORDS = 8 };

/* Runs the measure as probe.c does: its table goes to *ret_text, to be freed,
 * its reason into message (MEASURE_MESSAGE bytes). 0 or -errno. */
int measuring_run(const struct measure *measure,
                  const char *const words[MEASURING_WORDS], char **ret_text,
                  char *message);

/* How often `part` occurs in the text. */
unsigned measuring_count(const char *text, const char *part);

/* Fails the test if there is a child, or a thread but this one. */
void measuring_assert_alone(void);

#endif
