/* The claims of the lesson that this lab grew out of, and how the data of a
 * run decides each. Adding one is a row in claims.c, and its rule. */
#ifndef DRIVER_CLAIMS_H
#define DRIVER_CLAIMS_H

#include "report.h"

#include <stdio.h>

/* Fills report->claims from summaries and comparisons: {id, statement,
 * verdict, evidence}, where the verdict is one of "holds here", "does not hold
 * here", "no difference detected", "depends", "not measured". What needs more
 * CPUs than usable_cpus is not measured. 0 or -ENOMEM. */
int claims_judge(struct report *report, int usable_cpus);

/* Prints claims (report->claims, or those of a run.json) for 80 columns: those
 * that were measured with their evidence, the others by name. */
void claims_print(FILE *out, const json_t *claims);

/* `bench claims RUN`: prints the claims of RUN/run.json, or the reason why not.
 * Returns the program's exit status. */
int claims_show(const char *folder);

#endif
