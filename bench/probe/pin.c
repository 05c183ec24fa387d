/* sched_setaffinity for one CPU. */
#define _GNU_SOURCE /* sched_setaffinity */
#include "pin.h"

#include <errno.h>
#include <sched.h>

int pin_to(int cpu)
{
    cpu_set_t set;

    if (cpu < 0)
        return 0;
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    return sched_setaffinity(0, sizeof(set), &set) == 0 ? 0 : -errno;
}
