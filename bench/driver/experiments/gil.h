/* What the parts of the gil experiment share. */
#ifndef DRIVER_GIL_H
#define DRIVER_GIL_H

#include "experiment.h"

enum { GIL_PYTHONS = 32 };

/* One Python that was found on PATH. */
struct gil_python {
    char name[32];         /* cpython-3.11, cpython-3.13t; a file's name when
                              it does not say what it is */
    char path[PATH_MAX];   /* what to call */
    bool has_lock;         /* one big lock: the GIL */
    char unavailable[160]; /* why it is not measured; "": it is */
};

struct gil_pythons {
    size_t count;
    struct gil_python all[GIL_PYTHONS];
};

/* Finds every Python on PATH: python3, python3.N, python3.Nt, pypy3, pypy3.N,
 * each real executable and version once; of those with a lock, and of those
 * without, at most `most` are to be measured. One that does not run is there
 * with the reason. 0, -EINTR or -ENOMEM. */
int gil_find_pythons(const struct context *context, unsigned most,
                     struct gil_pythons *ret, struct failure *failure);

/* Begins a command with this Python and our script. 0, -ENOMEM or -E2BIG. */
int gil_python_words(const struct context *context,
                     const struct gil_python *python,
                     struct bench_case *bench_case);

/* How many numbers keep it busy for about target ms. 0 or -errno. */
int gil_python_calibrate(const struct context *context,
                         const struct gil_python *python, double target,
                         unsigned long *ret_size, struct failure *failure);

int gil_conclude(const struct context *context, const struct plan *plan,
                 const struct samples *samples, struct report *report,
                 struct failure *failure);

/* The chart's title and caption, and the short table, from what the report
 * already holds. 0 or -ENOMEM. */
int gil_charts(const struct context *context, const struct samples *samples,
               struct report *report);

/* How many primes there are below size (above 2), by sieve: what every count
 * has to give. 0 without memory. */
unsigned long gil_primes_below(unsigned long size);

#endif
