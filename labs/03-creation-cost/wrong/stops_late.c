/* Earns: Your calls were tpcrtpcr */
/* The end of each is the beginning of the next, and the last has no end. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    int64_t total_ns = 0;
    int64_t begin_ns = creator->now_ns(creator->context);
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
        if (i + 1 == n)
            break;
        const int64_t now_ns = creator->now_ns(creator->context);
        total_ns += now_ns - begin_ns;
        begin_ns = now_ns;
    }
    *ret_ns = (double)total_ns / n;
    return 0;
}
