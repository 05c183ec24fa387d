/* A recorder: who did what, in the order in which it was done. Lives in shared
 * memory; threads and processes write, the judge reads. */
#ifndef CHECKING_RECORDER_H
#define CHECKING_RECORDER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

enum { RECORDER_MAX = 256 };

struct record {
    int what, index; /* the check's own meaning */
    pid_t pid, tid;  /* who */
};

/* Zeroed is empty. */
struct recorder {
    _Atomic int used; /* may exceed RECORDER_MAX: the rest was dropped */
    struct record rows[RECORDER_MAX];
};

/* Inside a trial: note it, with the caller's identity. Counts as a step.
 * Returns its number, from 0. */
int recorder_note(struct recorder *recorder, int what, int index);

/* How many rows are kept. */
int recorder_rows(struct recorder *recorder);

/* How often `what` was noted; and by how many different threads (tids), or
 * processes (pids). */
int recorder_count(struct recorder *recorder, int what);
int recorder_threads(struct recorder *recorder, int what);
int recorder_processes(struct recorder *recorder, int what);

/* The first row with this `what` and `index`, or NULL. */
const struct record *recorder_find(struct recorder *recorder, int what,
                                   int index);

#endif
