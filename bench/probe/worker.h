/* The twins: work in its own flow of control, started as a process or as a
 * thread from the same function. The C image of Python's twin classes with
 * `target` and `args`: a kind is a row, nobody asks which one it is. */
#ifndef PROBE_WORKER_H
#define PROBE_WORKER_H

#include <pthread.h>
#include <sys/types.h>

struct worker;

struct worker_kind {
    const char *name;
    /* Returns once the worker exists: 0 or -errno (EAGAIN: a limit). */
    int (*start)(struct worker *self);
    /* Waits for the worker's end. 0 and its code; -ECHILD and the signal's
     * number when a signal ended it; otherwise -errno. Only eight bits of the
     * code survive a process: results travel through shared memory. */
    int (*join)(struct worker *self, int *ret_code);
};

struct worker {
    const struct worker_kind *kind;
    int (*target)(void *arg);
    void *arg;

    /* Owned by the kind. */
    pid_t pid;
    pthread_t thread;
};

extern const struct worker_kind worker_process;
extern const struct worker_kind worker_thread;

/* The kind of that name: process or thread; NULL: there is none. */
const struct worker_kind *worker_kind_find(const char *name);

int worker_start(struct worker *worker);
int worker_join(struct worker *worker, int *ret_code);

#endif
