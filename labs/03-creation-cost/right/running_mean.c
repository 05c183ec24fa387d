/* The mean is kept as it grows: no sum that could become too large. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    double mean_ns = 0;
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        const int64_t begin_ns = creator->now_ns(creator->context);
        if (creator->create(creator->context) == -1)
            return -1;
        if (creator->reap(creator->context) == -1)
            return -1;
        const int64_t cost_ns = creator->now_ns(creator->context) - begin_ns;
        mean_ns += ((double)cost_ns - mean_ns) / (i + 1);
    }
    *ret_ns = mean_ns;
    return 0;
}
