/* The machine as a run has to remember it: what it is, what it may use, what
 * was set, and what else it was doing. Nothing is guessed: a fact that the
 * system does not tell stays unknown, "" or FACT_UNKNOWN or NAN here and null
 * in JSON. */
#ifndef DRIVER_MACHINE_H
#define DRIVER_MACHINE_H

#include "facts.h"

#include <jansson.h>
#include <stdbool.h>

enum { MACHINE_CPUS = 4096, MACHINE_TEXT = 128 };

struct machine {
    /* What it is. */
    char host[MACHINE_TEXT];
    char cpu_model[MACHINE_TEXT];
    char kernel[MACHINE_TEXT];         /* its release */
    char virtualisation[MACHINE_TEXT]; /* "none", "WSL", "virtual machine…" */
    char container[MACHINE_TEXT];      /* its kind; "" = no sign of one */
    long memory_mib;
    long memory_available_mib;

    /* Topology, from hwloc: all of the machine that can be seen. */
    int cores; /* physical; 0 = unknown */
    int hardware_threads;
    int smt_active; /* cores run several hardware threads: 1, 0, unknown */

    /* What this process may use. */
    int usable_cpu[MACHINE_CPUS]; /* affinity_cpus of them, ascending */
    int spread_cpu[MACHINE_CPUS]; /* the same, one of each core first */
    int affinity_cpus;            /* by sched_getaffinity, at least 1 */
    double quota_cpus;            /* cgroups'; 0 = none, NAN = unknown */
    int usable_cpus;              /* how many it can keep busy, at least 1 */
    int cores_usable;             /* distinct cores in usable_cpu */

    /* Where to measure. */
    int first_cpu;                      /* usable_cpu[0] */
    int sibling_cpu;                    /* shares its core; -1 = none usable */
    int other_cpu;                      /* nearest on another core; -1 = none */
    char cpu_class[MACHINE_TEXT];       /* first_cpu's class of core */
    char other_cpu_class[MACHINE_TEXT]; /* "uniform" where all are alike */

    /* How it is set. */
    char governor[MACHINE_TEXT]; /* first_cpu's */
    char clock_source[MACHINE_TEXT];
    char thp[MACHINE_TEXT]; /* transparent huge pages: always, madvise, never */
    long huge_page_kib;     /* the size of one; FACT_UNKNOWN = none, too */
    int turbo;              /* 1, 0 or FACT_UNKNOWN */
    int on_battery;         /* 1, 0 or FACT_UNKNOWN */
    long aslr;              /* kernel.randomize_va_space: 0, 1, 2 */
    long overcommit;        /* vm.overcommit_memory: 0, 1, 2 */
};

/* Reads the facts below `root`: "" is the real machine, otherwise a tree of
 * files with hwloc's topology.xml and the affinity of /proc/self/status.
 * -ENODATA when nothing says which CPUs may be used, -ENOMEM; otherwise 0,
 * whatever else is missing.
 * Source: proc(5), sysfs(5), sched_setaffinity(2), the hwloc manual. */
int machine_read(const char *root, struct machine *ret);

/* The facts by name, for run.json; NULL without memory. */
json_t *machine_json(const struct machine *machine);

/* What the machine is busy with: read it before and after a run. */
struct load {
    double load1;                         /* processes, over the last minute */
    unsigned long long busy, idle, steal; /* since boot, all CPUs, ticks */
};

/* -ENOENT when /proc/stat cannot be read, -EINVAL when it holds something else;
 * load1 is NAN where only the load average is missing.
 * Source: proc_stat(5): time waiting for a disk counts as idle, a guest's time
 * is within user time. */
int machine_load(const char *root, struct load *ret);

/* Between two readings the share of all CPU time that the hypervisor gave to
 * others (0 … 1); NAN when no tick passed. */
double machine_steal_share(const struct load *before, const struct load *after);

/* Calls add once for each thing about the machine that a reader of the numbers
 * must know: a sentence, with what to do about it. */
void machine_warnings(const struct machine *machine,
                      void (*add)(const char *sentence, void *context),
                      void *context);

/* The same for what else was going on: others' load before, steal between. */
void machine_load_warnings(const struct machine *machine,
                           const struct load *before, const struct load *after,
                           void (*add)(const char *sentence, void *context),
                           void *context);

#endif
