/* Condition variables with the freedoms that POSIX gives them, used to the
 * full, in the student's object alone: a wait may come back without a signal;
 * a signal wakes one waiter, and nobody promised which; one who was woken may
 * be slow to get the mutex back. So `if` in place of `while` fails every time.
 */
#ifndef CHECKING_CONDHOOK_H
#define CHECKING_CONDHOOK_H

#include "gate.h"

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

struct condhook {
    /* Set by the check. */
    int spurious;      /* the first so many waits come back at once */
    bool newest_first; /* whom a signal wakes */
    bool slow_wakers;  /* who was woken waits at `awake` before the mutex */
    struct gate awake;

    /* Seen. */
    _Atomic int waits, signals; /* calls; a broadcast is a signal */
    _Atomic int waiting;        /* now, not woken yet */
    _Atomic int came_back_at_once;
};

/* In the check, before the trial; the same memory each time, zeroed. Without
 * it the functions below are the C library's. */
struct condhook *condhook_setup(void);

/* What the student's object calls. */
int check_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int check_pthread_cond_timedwait(pthread_cond_t *condition,
                                 pthread_mutex_t *mutex,
                                 const struct timespec *until);
int check_pthread_cond_signal(pthread_cond_t *condition);
int check_pthread_cond_broadcast(pthread_cond_t *condition);

#endif
