/* Earns: subtract the readings while they are whole numbers */
/* Each reading becomes a double first, and loses its last digits. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    double total_ns = 0;
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        const double begin_ns = (double)creator->now_ns(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
        total_ns += (double)creator->now_ns(creator->context) - begin_ns;
    }
    *ret_ns = total_ns / n;
    return 0;
}
