/* Earns: you added to what was in *ret_ns */
/* *ret_ns is taken for a sum that begins at 0. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        const int64_t begin_ns = creator->now_ns(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
        *ret_ns += (double)(creator->now_ns(creator->context) - begin_ns) / n;
    }
    return 0;
}
