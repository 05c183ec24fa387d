/* What an experiment wants measured: a list of cases. A case is measured by
 * one command at a time, a block; the sampler decides how often and in which
 * order. */
#ifndef DRIVER_PLAN_H
#define DRIVER_PLAN_H

#include "command.h"
#include "failure.h"
#include "rows.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum { PLAN_PARAMETERS = 5, PLAN_ARGUMENTS = 24 };

struct parameter {
    const char *name; /* NULL: none */
    char value[32];
};

struct bench_case {
    char name[48];      /* as in the files; never a comma, quote, backslash */
    char label[64];     /* for a chart's row */
    char note[80];      /* what the number includes */
    char family[16];    /* timer | thread | process | program | control */
    char placement[16]; /* same-cpu | other-cpu | free | spread */
    struct parameter parameters[PLAN_PARAMETERS];
    unsigned every; /* measured in every n-th round; 1: in all */

    /* Why there is nothing to measure, or nothing any more; empty: there is.
     * Set by the plan, or by the sampler when a block fails. */
    char unavailable[256];
    bool broken; /* the sampler set it: a failure, not a missing feature */

    /* Measured by the command of the case with this index + 1, and by none of
     * its own; 0: by its own. Needs a `read` that finds its rows in what that
     * one printed. */
    size_t within;
    double limit_s; /* a command that takes longer is stuck; 0: as usual */

    /* The command of one block: strings that the plan owns. */
    char *argv[PLAN_ARGUMENTS];
    /* Turns what the command left behind into rows; NULL: its output is
     * rows. Takes the command's text over. 0 or -errno. */
    int (*read)(const struct bench_case *bench_case, char *text,
                struct rows *ret, struct failure *failure);
};

struct plan {
    struct bench_case *cases;
    size_t count, room;
    /* Whatever the budget, where the machine decides how many comparisons are
     * shown together; 0: as the experiment says. */
    unsigned rounds_at_least;
};

/* A new case, zeroed but for every = 1; NULL without memory. The pointer holds
 * until the next one is added. */
struct bench_case *plan_add(struct plan *plan);

/* Appends one formatted word to the case's command. 0, -ENOMEM, or -E2BIG. */
__attribute__((format(printf, 2, 3))) int bench_case_argument(
    struct bench_case *bench_case, const char *format, ...);

/* Appends the words of a formatted line, split at its spaces. 0, -ENOMEM, or
 * -E2BIG. */
__attribute__((format(printf, 2, 3))) int bench_case_words(
    struct bench_case *bench_case, const char *format, ...);

/* Says why there is nothing to measure, in words that CSV and JSON can hold. */
void bench_case_give_up(struct bench_case *bench_case, const char *why);

/* Sets parameter number `index`. */
__attribute__((format(printf, 4, 5))) void bench_case_parameter(
    struct bench_case *bench_case, unsigned index, const char *name,
    const char *format, ...);

/* Whether it was to be measured; also when that failed later, so that what is
 * measured cannot decide how many comparisons an interval is adjusted for. */
bool bench_case_wanted(const struct bench_case *bench_case);

/* The value of a parameter; "" when the case has none of that name. */
const char *bench_case_value(const struct bench_case *bench_case,
                             const char *name);

void plan_free(struct plan *plan);

#endif
