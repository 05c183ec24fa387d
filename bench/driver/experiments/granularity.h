/* What the parts of the granularity experiment share. */
#ifndef DRIVER_GRANULARITY_H
#define DRIVER_GRANULARITY_H

#include "measured.h"

/* How a task is done. */
struct granularity_kind {
    const char *name;   /* of the case */
    const char *probes; /* the probe's name for it */
    const char *family, *label, *note;
    const char *base; /* what its time is compared with; "": nothing */
};
extern const struct granularity_kind granularity_kinds[];
extern const size_t granularity_kinds_count;

/* The first is the headline. */
extern const char *const granularity_placements[];
extern const size_t granularity_placements_count;

/* One case while conclusions are drawn. */
struct granularity_result {
    struct measured per_task; /* µs */
    const struct granularity_kind *kind;
    double task_us;                          /* as planned */
    double length_us;                        /* as long as it is here */
    const struct granularity_result *serial; /* the same tasks, no worker */
    double overhead_us;                      /* beyond the serial time, */
    struct interval overhead;                /* paired by round */
    struct paired efficiency;                /* serial time by this one */
    struct paired ratio;                     /* to the base's time */
    const char *verdict;
};

struct granularity_results {
    struct granularity_result *all; /* by placement, kind, ascending length */
    size_t count;
};

/* 0, or -EBADMSG with the reason: the same tasks have the same results,
 * whoever does them. */
int granularity_check(const struct plan *plan, const struct samples *samples,
                      struct failure *failure);

/* Reads all cases of the plan; results->all has room for them. 0 or -ENOMEM. */
int granularity_read(const struct plan *plan, const struct samples *samples,
                     struct granularity_results *results);

/* The case of that name, placement and planned length, or NULL. */
const struct granularity_result *granularity_find(
    const struct granularity_results *results, const char *name,
    const char *placement, double task_us);

/* Where the overhead of one kind is a certain share of the task. */
struct granularity_crossing {
    /* µs of a task: 0 for "below the shortest", INFINITY for "above the
     * longest", NAN for "not measured". */
    double us, low, high;
    double level;                   /* that the interval reaches */
    double shortest_us, longest_us; /* of the tasks, as planned */
    size_t rounds;
};

/* The task length, µs, at which the time beyond the task is `share` of the
 * task, in one round: beyond[i] is that share at lengths[i], which ascend.
 * Shares that rise with the length can only be noise: neighbours are pooled
 * until none does. Between two lengths the overhead itself, in µs, runs straight
 * over the logarithm of the length. 0 and INFINITY as above; NAN when something
 * is missing.
 * Source: Ayer, Brunk, Ewing, Reid and Silverman, "An Empirical Distribution
 * Function for Sampling with Incomplete Information", Annals of Mathematical
 * Statistics 26 (1955): pooling adjacent violators. */
double granularity_crossing_of(const double *lengths, const double *beyond,
                               size_t n, double share);

/* The median of the rounds' crossings, and its interval at 95 % from their
 * ranks, with open ends where there are too few rounds for that: `results` are
 * the n lengths of one kind. 0 or -ENOMEM. */
int granularity_cross(const struct granularity_result *const *results, size_t n,
                      double share, struct granularity_crossing *ret);

/* Adds fits and the table of crossings for charts. 0 or -ENOMEM. */
int granularity_crossings(const struct granularity_results *results,
                          struct report *report);

/* The crossing in words: "112 µs", "above 10 ms", "not measured". */
const char *granularity_words(const struct granularity_crossing *crossing,
                              char *text, size_t size);

int granularity_conclude(const struct context *context, const struct plan *plan,
                         const struct samples *samples, struct report *report,
                         struct failure *failure);

/* Titles, captions and lines, from what the report already holds. */
int granularity_charts(const struct samples *samples, struct report *report);

#endif
