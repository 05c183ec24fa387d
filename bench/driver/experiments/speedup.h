/* What the two halves of the speedup experiment share. */
#ifndef DRIVER_SPEEDUP_H
#define DRIVER_SPEEDUP_H

#include "experiment.h"

struct speedup_kind {
    const char *name, *label, *family, *note;
};

/* The one placement: each worker on a CPU of its own, cores first. */
extern const char speedup_placement[];

/* serial first. */
extern const struct speedup_kind speedup_kinds[];
extern const size_t speedup_kinds_count;

/* One case while conclusions are drawn. */
struct speedup_result {
    const struct bench_case *bench_case;
    const char *workload;
    int workers;
    struct series elapsed, total; /* s */
    struct paired speedup;        /* over the serial baseline */
    struct paired of_ceiling;
    const char *verdict;
};

/* Is it one of those that are compared with processes? */
bool speedup_is_compared(const struct bench_case *bench_case);

struct speedup_results {
    struct speedup_result *all;
    size_t count;
};

/* NULL when there is none. */
const struct speedup_result *speedup_find(const struct speedup_results *results,
                                          const char *kind,
                                          const char *workload, int workers);

/* The size of a workload whose serial run takes about target ms. 0 or -errno
 * with the reason. */
int speedup_calibrate(const struct context *context, const char *workload,
                      double target, unsigned long *ret_size,
                      struct failure *failure);

/* Appends where the workers run: a core each, as long as there are cores, then
 * the cores' other hardware threads, then round again. 0 or -ENOMEM. */
int speedup_cpus(const struct machine *machine, struct bench_case *added);

/* Why so many workers cannot all be faster: "smt", "over-quota" or
 * "oversubscribed"; "" when they may be. */
const char *speedup_zone(const struct machine *machine, int workers);

int speedup_conclude(const struct context *context, const struct plan *plan,
                     const struct samples *samples, struct report *report,
                     struct failure *failure);

/* Adds fits and their curves where there are enough worker counts. 0 or
 * -ENOMEM. */
int speedup_fit(const struct context *context,
                const struct speedup_results *results, struct report *report);

/* Titles, captions and the short table, from what the report already holds.
 * 0 or -ENOMEM. */
int speedup_charts(const struct context *context, const struct samples *samples,
                   struct report *report);

#endif
