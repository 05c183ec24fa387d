/* Runs another program to its end and keeps what it prints. Never leaves one
 * behind: what does not end in time, or is not wanted any more, is killed with
 * everything that it started. */
#ifndef DRIVER_COMMAND_H
#define DRIVER_COMMAND_H

#include "failure.h"

#include <signal.h>
#include <stddef.h>

struct command {
    char *out;     /* standard output, '\0' at its end; free() it */
    char err[512]; /* the beginning of standard error, one line */
};

/* Runs argv (argv[0] is a path, or a name to look for on PATH) in a process
 * group of its own, for at most limit_s seconds. Returns 0 when it exits with
 * 0; otherwise out is NULL and failure says why:
 *   -EINTR  *stop became non-zero (a signal's number) meanwhile
 *   -ETIME  it ran past limit_s
 *   -EPROTO it ended with another status, or by a signal
 *   -EFBIG  it printed more than COMMAND_OUTPUT_MAX bytes
 *   other   what pipe, fork, exec or read said */
int command_run(char *const argv[], double limit_s,
                const volatile sig_atomic_t *stop, struct command *ret,
                struct failure *failure);

enum { COMMAND_OUTPUT_MAX = 256 * 1024 * 1024 };

#endif
