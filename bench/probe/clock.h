/* The one clock: nanoseconds of CLOCK_MONOTONIC, read without a system call
 * where the kernel offers its vDSO. Comparable between the processes of one
 * machine, which is what the "started" stamp of a child needs. */
#ifndef PROBE_CLOCK_H
#define PROBE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

#endif
