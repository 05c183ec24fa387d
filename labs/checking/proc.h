/* What /proc says of the processes below this one. Internal to the library. */
#ifndef CHECKING_PROC_H
#define CHECKING_PROC_H

#include <stdbool.h>
#include <sys/types.h>

/* A whole small file, as a string, cut at size - 1. Its length or -errno. */
int proc_read(const char *path, char *text, int size);

/* Does /proc speak of an emulator (qemu-user) rather than of this program: of
 * another machine's system calls, and of threads that we never made? */
bool proc_is_emulators(void);

/* The threads of a process; how many, `max` at most. 0: it is gone. */
int proc_threads(pid_t pid, pid_t *ret_tids, int max);

/* All processes below this one, parents before children; how many. */
int proc_descendants(pid_t *ret_pids, int max);

/* The descriptors that are open; how many, `max` at most. 0: not readable. */
int proc_handles(pid_t pid, int *ret_fds, int max);

#endif
