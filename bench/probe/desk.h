/* Where tasks change hands between a parent and a worker that is there already:
 * a pool of one. Two counters in shared memory, each with a futex behind it, so
 * that one code path serves processes and threads. */
#ifndef PROBE_DESK_H
#define PROBE_DESK_H

#include "shared.h"
#include "task.h"

struct desk {
    _Alignas(SHARED_PADDING) _Atomic uint32_t posted; /* by the parent */
    _Alignas(SHARED_PADDING) _Atomic uint32_t done;   /* by the worker */
    _Alignas(SHARED_PADDING) struct task *task;       /* NULL: go home */
};

/* The worker's side, a target for struct worker: does what is posted until it
 * is sent home. It cannot outlive its parent, so its sleep needs no limit. */
int desk_work(void *desk);

/* The parent's side: sleeps until the task is done. 0; or -ECHILD when the
 * worker never will, since a child process has ended before its time. */
int desk_hand_over(struct desk *desk, struct task *task);

/* Sends the worker home. */
void desk_close(struct desk *desk);

#endif
