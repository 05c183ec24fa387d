/* Earns: in which type do you add, and divide */
/* The sum is whole and right; the division keeps 7 digits of it. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    int64_t total_ns = 0;
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        const int64_t begin_ns = creator->now_ns(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
        total_ns += creator->now_ns(creator->context) - begin_ns;
    }
    *ret_ns = (float)total_ns / (float)n;
    return 0;
}
