/* Earns: A float keeps 7 digits, an int ends a little above */
/* Enough for microseconds that are counted in ns; not for seconds. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    int total_ns = 0;
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        const int64_t begin_ns = creator->now_ns(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
        total_ns =
            (int)(total_ns + creator->now_ns(creator->context) - begin_ns);
    }
    *ret_ns = (double)total_ns / n;
    return 0;
}
