/* A function for one child; the other one adds up. */
#include "exercise.h"

static int time_one(const struct creator *creator, int64_t *total_ns)
{
    void *const context = creator->context;
    creator->prepare(context);
    *total_ns -= creator->now_ns(context);
    int rc = creator->create(context);
    if (rc == 0)
        rc = creator->reap(context);
    *total_ns += creator->now_ns(context);
    return rc;
}

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    int64_t total_ns = 0;
    int rc = 0;
    for (int i = 0; i < n && rc == 0; i++)
        rc = time_one(creator, &total_ns);
    if (rc == 0)
        *ret_ns = (double)total_ns / (double)n;
    return rc;
}
