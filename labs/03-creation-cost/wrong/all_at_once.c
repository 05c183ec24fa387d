/* Earns: Several were alive at one time. Then they compete */
/* All are created, then all are reaped; a failure leaves the first ones. */
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
    }
    const int64_t begin_ns = creator->now_ns(creator->context);
    for (int i = 0; i < n; i++) {
        if (creator->reap(creator->context) < 0)
            return -1;
    }
    total_ns += creator->now_ns(creator->context) - begin_ns;
    *ret_ns = (double)total_ns / n;
    return 0;
}
