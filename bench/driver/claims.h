/* The claims of the lesson that this lab grew out of, and how the data of a
 * run decides each. Adding one touches claims.c only. */
#ifndef DRIVER_CLAIMS_H
#define DRIVER_CLAIMS_H

#include "report.h"

/* Fills report->claims from the comparisons: {id, statement, verdict,
 * evidence}, where the verdict is one of "holds here", "does not hold here",
 * "no difference detected", "depends", "not measured". 0 or -ENOMEM. */
int claims_judge(struct report *report);

#endif
