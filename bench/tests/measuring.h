/* For tests of the probe's measures: one run of a measure, and that it leaves
 * nobody behind. */
#ifndef TESTS_MEASURING_H
#define TESTS_MEASURING_H

#include "../probe/measures.h"

#include <stddef.h>

enum { MEASURING_WORDS = 8 };

/* Runs the measure as probe.c does: its tables go to *ret_text, to be freed,
 * its reason into message (MEASURE_MESSAGE bytes). 0 or -errno. */
int measuring_run(const struct measure *measure,
                  const char *const words[MEASURING_WORDS], char **ret_text,
                  char *message);

/* A run that ends well and has nothing to say: its tables, to be freed. */
char *measuring_well(const struct measure *measure,
                     const char *const words[MEASURING_WORDS]);

/* Fails the test unless the measure refuses the words with rc and this message,
 * and prints nothing. */
void measuring_refuses(const struct measure *measure,
                       const char *const words[MEASURING_WORDS], int rc,
                       const char *message);

/* How often `part` occurs in the text. */
unsigned measuring_count(const char *text, const char *part);

/* Fails the test if there is a child, or a thread but this one. */
void measuring_assert_alone(void);

#endif
