/* Earns: You prepared another */
/* The next one is made ready before anyone asks how this one went. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    int64_t total_ns = 0;
    creator->prepare(creator->context);
    for (int i = 0; i < n; i++) {
        const int64_t begin_ns = creator->now_ns(creator->context);
        int rc = creator->create(creator->context);
        if (rc == 0)
            rc = creator->reap(creator->context);
        total_ns += creator->now_ns(creator->context) - begin_ns;
        if (i + 1 < n)
            creator->prepare(creator->context);
        if (rc != 0)
            return -1;
    }
    *ret_ns = (double)total_ns / n;
    return 0;
}
