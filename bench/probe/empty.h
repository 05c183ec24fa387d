/* What an empty child does, whether it is a thread, a process or a program of
 * its own: move if told, stamp if told, leave with a code that its parent
 * checks. */
#ifndef PROBE_EMPTY_H
#define PROBE_EMPTY_H

#include "clock.h"
#include "mechanisms.h"

#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    EMPTY_CODE = 42,     /* "I am the child, and all went well" */
    EMPTY_NOT_MOVED = 43 /* sched_setaffinity(2) refused the CPU */
};

/* Returns the code to leave with. Needs _GNU_SOURCE (sched.h). */
static inline int empty_child(struct orders orders)
{
    struct stamp *stamp = orders.stamp;

    if (stamp != NULL)
        stamp->started_ns = clock_now_ns();
    if (orders.cpu >= 0) {
        cpu_set_t set;

        CPU_ZERO(&set);
        CPU_SET((unsigned)orders.cpu, &set);
        if (sched_setaffinity(0, sizeof(set), &set) != 0)
            return EMPTY_NOT_MOVED;
    }
    if (stamp != NULL) {
        unsigned at = 0;

        /* Not sched_getcpu: it may look into libc's thread-local storage,
         * which a raw clone thread borrows from its parent. */
        syscall(SYS_getcpu, &at, NULL, NULL);
        stamp->cpu = (int32_t)at;
    }
    return EMPTY_CODE;
}

#endif
