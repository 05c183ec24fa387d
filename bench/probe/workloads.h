/* Kernels with checkable results: computing, or only waiting. How the work is
 * split among the workers is part of a kernel's contract, since the split
 * decides the speedup: the same primes in two contiguous halves speed up by 1.6
 * only. */
#ifndef PROBE_WORKLOADS_H
#define PROBE_WORKLOADS_H

#include <stddef.h>
#include <stdint.h>

struct workload {
    const char *name;
    const char *bound;   /* what limits it: cpu | memory | waiting */
    const char *note;    /* what it does and how it is split */
    const char *unit;    /* what `size` counts */
    size_t memory_bytes; /* of one independent copy's data */
    /* Untimed: make what the kernel reads. Returns the data for part(), or
     * NULL with errno set. NULL itself: a kernel that reads nothing. */
    const void *(*prepare)(void);
    /* Worker `worker` of `workers` (0-based) does its share of `size` and
     * returns its part of the result. The sum over all workers, modulo 2^64,
     * is the same for every number of workers. */
    uint64_t (*part)(const void *data, uint64_t size, unsigned worker,
                     unsigned workers);
};

extern const struct workload workloads[];
extern const size_t workloads_count;

/* The row of that name, or NULL. */
const struct workload *workload_find(const char *name);

#endif
