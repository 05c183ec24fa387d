/* Earns: handed over something else than creator->context */
/* "Takes nothing", so nothing is handed over. */
#include "exercise.h"

#include <stddef.h>

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    void *const self = NULL;
    int64_t total_ns = 0;
    for (int i = 0; i < n; i++) {
        creator->prepare(self);
        const int64_t begin_ns = creator->now_ns(self);
        if (creator->create(self) < 0)
            return -1;
        if (creator->reap(self) < 0)
            return -1;
        total_ns += creator->now_ns(self) - begin_ns;
    }
    *ret_ns = (double)total_ns / n;
    return 0;
}
