/* Earns: You never called creator->now_ns */
/* A clock that was at hand, instead of the creator's. */
#include "exercise.h"

#include <time.h>

static int64_t real_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    int64_t total_ns = 0;
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        const int64_t begin_ns = real_ns();
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
        total_ns += real_ns() - begin_ns;
    }
    *ret_ns = (double)total_ns / n;
    return 0;
}
