/* What /proc says of the processes below this one. Internal to the library. */
#ifndef CHECKING_PROC_H
#define CHECKING_PROC_H

#include <sys/types.h>

/* A whole small file, as a string, cut at size - 1. Its length or -errno. */
int proc_read(const char *path, char *text, int size);

/* The threads of a process; how many, `max` at most. 0: it is gone. */
int proc_threads(pid_t pid, pid_t *ret_tids, int max);

/* All processes below this one, parents before children; how many. */
int proc_descendants(pid_t *ret_pids, int max);

/* The descriptors that are open; how many, `max` at most. 0: not readable. */
int proc_handles(pid_t pid, int *ret_fds, int max);

#endif
