/* The whole loop is timed, and what the set-ups took is taken off again. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    const int64_t begin_ns = creator->now_ns(creator->context);
    int64_t set_up_ns = 0;
    for (int i = 0; i < n; i++) {
        const int64_t before_ns = creator->now_ns(creator->context);
        creator->prepare(creator->context);
        set_up_ns += creator->now_ns(creator->context) - before_ns;
        if (creator->create(creator->context) != 0 ||
            creator->reap(creator->context) != 0)
            return -1;
    }
    const int64_t all_ns = creator->now_ns(creator->context) - begin_ns;
    *ret_ns = (double)(all_ns - set_up_ns) / n;
    return 0;
}
