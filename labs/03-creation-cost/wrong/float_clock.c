/* Earns: A float keeps 7 digits, an int ends */
/* "A time has a fraction, so it is a float": all of them. */
#include "exercise.h"

int cost_per_creation(const struct creator *creator, int n, double *ret_ns)
{
    float total_ns = 0;
    for (int i = 0; i < n; i++) {
        creator->prepare(creator->context);
        const float begin_ns = (float)creator->now_ns(creator->context);
        if (creator->create(creator->context) < 0)
            return -1;
        if (creator->reap(creator->context) < 0)
            return -1;
        total_ns += (float)creator->now_ns(creator->context) - begin_ns;
    }
    *ret_ns = total_ns / (float)n;
    return 0;
}
