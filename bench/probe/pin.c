/* sched_setaffinity for one CPU. */
#define _GNU_SOURCE /* sched_setaffinity */
#include "pin.h"
#include "errors.h"

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

int pin_as_asked(const struct arguments *arguments, char *message)
{
    long cpu = arguments_number(arguments, "cpu");
    int rc = pin_to((int)cpu);

    if (rc < 0)
        return error_say(message, -rc,
                         "cannot pin to cpu=%ld; use one of "
                         "those that `taskset -p $$` shows",
                         cpu);
    return 0;
}
