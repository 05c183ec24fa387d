/* Earns: Of 5 children you prepared 1, created 1 */
/* One is enough: the others would cost the same. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    creator->prepare(creator->context);
    const int64_t begin_ns = creator->now_ns(creator->context);
    if (creator->create(creator->context) < 0)
        return -1;
    if (creator->reap(creator->context) < 0)
        return -1;
    *ret_ns = (double)(creator->now_ns(creator->context) - begin_ns);
    (void)n;
    return 0;
}
