/* Exercise 04: a worker type of your own. Two kinds, two ways to say what to
 * run, one way to start. */
#ifndef EXERCISE_H
#define EXERCISE_H

#include <pthread.h>
#include <sys/types.h>

enum worker_kind { WORKER_PROCESS = 1, WORKER_THREAD };

/* The base. Somebody else derives a struct from it: the base comes first in
 * there, fields of their own follow. */
struct worker {
    int (*run)(struct worker *self); /* what the new worker is to call */

    /* Yours alone; leave aside what you do not need. */
    enum worker_kind kind;
    int (*target)(void *arg);
    void *arg;
    pid_t pid;
    pthread_t thread;
    int result;
    int state;
    void *own;
};

/* *w is memory with anything in it. From now on w->run leads to a function of
 * yours that does nothing and gives back 0. Who derives from the base puts a
 * function of their own there afterwards: that overrides it. */
void worker_init(struct worker *w, enum worker_kind kind);

/* The same, but w->run leads to a function that calls target(arg) and gives
 * back what that gives. This one can be overridden, too; and whoever overrides
 * it may have kept the pointer, and call it from the new run, with self. */
void worker_init_target(struct worker *w, enum worker_kind kind,
                        int (*target)(void *arg), void *arg);

/* Make a process or a thread, and have it call w->run(w): the run that is there
 * now, with this very w. Come back without waiting for run. *w stays where it
 * is until it has been joined.
 *
 *   0          somebody new calls run, once
 *   -errno     the system made no worker; nobody calls run
 *   -EINVAL    init was forgotten (then *w is all 0, except for run),
 *              or this worker has been started and not been joined yet.
 *              (To start one again that has been joined: that is up to you.) */
int worker_start(struct worker *w);

/* Wait until this worker has ended, and for no other; nothing of it is left
 * then. *ret_result is what run gave back. From a thread all of it comes; from
 * a process the low eight bits (0 to 255), as an exit status carries no more;
 * or -signal if a signal ended the process.
 *
 *   0          *ret_result is filled in
 *   -errno     what the system said
 *   -EINVAL    there is nobody to wait for: not started, or joined before */
int worker_join(struct worker *w, int *ret_result);

#endif
