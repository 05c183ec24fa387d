/* Earns: what is missing is the reap */
/* The call is back, so the clock is read: the child has yet to run and end. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    int64_t total_ns = 0;
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        const int64_t begin_ns = creator->now_ns(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        total_ns += creator->now_ns(creator->context) - begin_ns;
        if (creator->reap(creator->context) < 0)
            return -1;
    }
    *ret_ns = (double)total_ns / n;
    return 0;
}
