/* What the parts of the population experiment share. */
#ifndef DRIVER_POPULATION_H
#define DRIVER_POPULATION_H

#include "measured.h"

enum { POPULATION_POINTS = 16, POPULATION_MEMORY_FROM = 64 };

/* The one placement: the probe and its workers on one CPU. */
extern const char population_placement[];

/* How many workers the profile asks for. */
unsigned population_wanted(const struct context *context);

/* The counts to look at: powers of four, and last `workers` itself; a power
 * that is nearly as large is left out. Returns how many. */
size_t population_points(unsigned workers, unsigned points[POPULATION_POINTS]);

/* One row of the summary: a kind, a count alive, and what is told of it. */
struct population_result {
    struct bench_case bench_case; /* with its own parameters */
    size_t index;                 /* of the case in the plan */
    unsigned alive;
    bool is_memory;
    struct measured value;   /* parked_ns in µs, or memory in KiB */
    struct measured besides; /* returned_ns in µs, or PSS in KiB */
    struct paired ratio;     /* to a thread's; NAN for threads themselves */
    const char *verdict;
};

struct population_results {
    struct population_result *all;
    size_t count;
};

int population_conclude(const struct context *context, const struct plan *plan,
                        const struct samples *samples, struct report *report,
                        struct failure *failure);

/* Adds the comparisons, how cost grows, and warns of an unreliable control. 0
 * or -ENOMEM. */
int population_compare(struct population_results *results,
                       struct report *report);

/* The summary of that row; NULL when there is none. */
const json_t *population_row(const struct report *report, const char *name,
                             double alive, const char *quantity);

/* Titles, captions and the short table, from what the report already holds.
 * 0 or -ENOMEM. */
int population_charts(const struct samples *samples, struct report *report);

#endif
