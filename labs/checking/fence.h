/* What the two halves of the program `fence` share. */
#ifndef CHECKING_FENCE_H
#define CHECKING_FENCE_H

#include <stdbool.h>
#include <sys/types.h>

enum {
    FENCE_SEEN_MAX = 16,
    FENCE_FAILED = 125, /* exit status: the fence, not the command, failed */
};

struct fence {
    bool sealed;
    const char *seen[FENCE_SEEN_MAX]; /* shown inside, nobody can write there */
    int n_seen;
    const char *work; /* shown inside, to write in; the working folder */
    uid_t uid;        /* if we are root: who the command is; 0: stay root */
    long cpu_s, data_mib, file_mib, tasks; /* 0: as it is */
};

_Noreturn void fence_failed(const char *what);

/* Comes back in the first process of a room of its own: own processes, own
 * network, and of the files the system's, and what is to be shown. The process
 * that called stays outside, and ends as the room does. */
void fence_enter_room(const struct fence *fence);

#endif
