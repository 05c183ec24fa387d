/* How many more processes or threads there may be here, and what says so. */
#ifndef DRIVER_TASK_LIMITS_H
#define DRIVER_TASK_LIMITS_H

#include <stdbool.h>

struct limit {
    double room; /* for so many more; INFINITY: nothing says */
    const char
        *name; /* in a sentence: "kernel.pid_max"; "" when there is none */
};

/* The limit that would be reached first: the pids controller of this process's
 * cgroups, the user's process limit (which does not bind root), kernel.pid_max,
 * kernel.threads-max; for threads of one process vm.max_map_count, too, since
 * each has two mappings: its stack and the guard below it. `root`: "" is the
 * real machine.
 * Source: cgroups(7) and the kernel's pids.rst, getrlimit(2), proc_sys(5). */
struct limit task_limits_room(const char *root, bool threads);

/* The memory limit of this process's cgroups in MiB, the tightest; 0 when
 * there is none. Source: the kernel's cgroup-v2.rst, memory.max. */
double task_limits_memory_mib(const char *root);

#endif
