/* Exercise 03: a stopwatch for creations. */
#ifndef EXERCISE_H
#define EXERCISE_H

#include <stdint.h>

/* One way to create a child, and a clock to hold against it. What lies behind
 * the functions may be a process, a thread, or something on paper only. Each of
 * them is handed `context`. */
struct creator {
    int64_t (*now_ns)(void *context); /* the clock: ns since some beginning */
    void (*prepare)(void *context);   /* gets one child ready: its set-up */
    int (*create)(void *context); /* makes it: 0; or -1, no child is there */
    int (*reap)(void *context);   /* waits for its end: 0, or -1 */
    void *context;
};

/* What does one creation cost? Create n children, n > 0, one after the other:
 *
 *     prepare    once before each create; not part of the cost
 *     create     part of the cost
 *     reap       part of the cost: a child is paid for when it is gone.
 *                Comes before the next child is prepared
 *
 * Store the mean cost of the n in *ret_ns, in nanoseconds, with its fraction,
 * and give back 0. When a create or a reap fails, stop there: nothing more is
 * prepared, created or reaped, *ret_ns stays as it was, and you give back -1.
 */
int cost_per_creation(const struct creator *creator, int n, double *ret_ns);

#endif
