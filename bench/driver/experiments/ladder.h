/* What the parts of the ladder experiment share. */
#ifndef DRIVER_LADDER_H
#define DRIVER_LADDER_H

#include "measured.h"

/* The other programs that a ladder needs, as they were found. */
struct ladder_tools {
    bool hyperfine;
    bool taskset;          /* it can pin hyperfine, and with it all below */
    char python[PATH_MAX]; /* the first python3's own program; "": none */
    char version[16];      /* of that */
};

void ladder_tools_find(const struct context *context, struct ladder_tools *ret);

/* struct bench_case's `read` for rungs that hyperfine measures: its rows, if
 * all runs ended with the code that the case's program ends with. */
int ladder_rows(const struct bench_case *bench_case, char *text,
                struct rows *ret, struct failure *failure);

/* Which column of the case's rows is its time, and what makes it µs a rung. */
const char *ladder_column(const struct bench_case *bench_case,
                          double *ret_scale);

int ladder_conclude(const struct context *context, const struct plan *plan,
                    const struct samples *samples, struct report *report,
                    struct failure *failure);

/* Title, caption and lines, from what the report already holds. 0 or
 * -ENOMEM. */
int ladder_charts(const struct samples *samples, struct report *report);

#endif
