/* Earns: the rest is set-up */
/* One reading before the loop and one after it: all between them counts. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    const int64_t begin_ns = creator->now_ns(creator->context);
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
    }
    *ret_ns = (double)(creator->now_ns(creator->context) - begin_ns) / n;
    return 0;
}
