/* Earns: Several children were prepared before any was created */
/* All the set-up comes first, out of the clock's way. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    int64_t total_ns = 0;
    for (int i = 0; i < n; i++)
        creator->prepare(creator->context);
    for (int i = 0; i < n; i++) {
        const int64_t begin_ns = creator->now_ns(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
        total_ns += creator->now_ns(creator->context) - begin_ns;
    }
    *ret_ns = (double)total_ns / n;
    return 0;
}
