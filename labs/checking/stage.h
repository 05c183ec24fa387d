/* The stage: shared memory in which the child of a trial tells the judge what
 * only it can know. Internal to the library. */
#ifndef CHECKING_STAGE_H
#define CHECKING_STAGE_H

#include <stdatomic.h>
#include <sys/types.h>

enum {
    STAGE_FRAMES = 24,
    STAGE_HANDLES = 256,
    STAGE_HELD = 0x48454c44 /* bitset of a futex at which the check holds */
};

struct stage {
    /* Written by everyone in the trial. */
    _Atomic int steps;
    _Atomic int ran_on;
    _Atomic unsigned never; /* a futex that nobody wakes */

    /* Written by the child's main thread. */
    _Atomic pid_t root;
    _Atomic int returned; /* once set, `result` may be read */
    _Atomic int exit_called;
    long result;
    int handles[STAGE_HANDLES]; /* open before the body was called */
    int n_handles;
    char trouble[120]; /* the machine refused something: no verdict */

    /* Written by the first thread that crashes: `signal` last. */
    struct {
        _Atomic pid_t tid;
        pid_t pid;
        void *frames[STAGE_FRAMES]; /* the faulting instruction, its callers */
        int n_frames;
        const void *address;
        int code; /* si_code */
        _Atomic int signal;
    } crash;

    /* Written by the judge before the fork. */
    int steps_limit;
};

/* The trial that runs now, or NULL. The library's one necessary global: the
 * student's threads, a renamed pthread_create and a signal handler have no
 * argument in which it could be handed to them. Owned by trial_run. */
extern struct stage *stage_now;

/* Sleeps for ever, in a way that the judge knows as waiting. */
_Noreturn void stage_park(struct stage *stage);

/* The judge's own step: opening a gate is progress, too. */
void stage_step(struct stage *stage);

#endif
