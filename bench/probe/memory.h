/* How much memory there is, and how much of it is a process's share. */
#ifndef PROBE_MEMORY_H
#define PROBE_MEMORY_H

#include <sys/types.h>

/* What could still be given out without swapping, in KiB: MemAvailable of
 * /proc/meminfo, and the free pages that each CPU keeps in hand (/proc/zoneinfo),
 * which are free but not in MemAvailable, and feed hundreds of workers before it
 * falls. -1 where it cannot be read. It falls by everything that the kernel
 * spends, and by what all other programs of the machine take. */
long memory_available_kib(void);

/* What the lines "NAME N kB" about a process's mappings (0: our own) add up to,
 * in KiB. -1 where the kernel does not show them. */
long memory_mapped_kib(pid_t pid, const char *name);

/* The proportional set size of a process in KiB (0: our own): its own pages,
 * and its share of those that it has in common with others. It leaves out page
 * tables and the kernel's stacks. -1 as above. */
long memory_pss_kib(pid_t pid);

/* Sleeps until that has stopped rising, a fifth of a second at most: a
 * process that has just ended gives its memory back a little later. Returns it
 * in KiB, or -1. */
long memory_settle_kib(void);

#endif
