/* A start that comes back once the thread has begun, as Python's does; the
 * thread is detached, and says by a semaphore that it has ended. */
#include "exercise.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the worker's field `own`, from the start to the join. */
struct life {
    sem_t begun, ended;
};

enum { INITIALISED = 1, STARTED, JOINED };

static int nothing(struct worker *self)
{
    (void)self;
    return 0;
}

static int call_target(struct worker *self)
{
    return self->target(self->arg);
}

static void *in_thread(void *arg)
{
    struct worker *const w = arg;
    struct life *const life = w->own;
    sem_post(&life->begun);
    w->result = w->run(w);
    sem_post(&life->ended);
    return NULL;
}

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) < 0)
        ; /* a signal came between */
}

static int start_thread(struct worker *w)
{
    struct life *const life = malloc(sizeof(*life));
    if (life == NULL)
        return -ENOMEM;
    sem_init(&life->begun, 0, 0);
    sem_init(&life->ended, 0, 0);
    w->own = life;
    const int rc = pthread_create(&w->thread, NULL, in_thread, w);
    if (rc != 0) {
        free(life);
        return -rc;
    }
    pthread_detach(w->thread);
    wait_for(&life->begun);
    return 0;
}

static void join_thread(struct worker *w, int *ret_result)
{
    struct life *const life = w->own;
    wait_for(&life->ended);
    *ret_result = w->result;
    /* life is not freed: the thread may still be on its way out of sem_post. */
}

void worker_init(struct worker *w, enum worker_kind kind)
{
    w->run = nothing;
    w->kind = kind;
    w->state = INITIALISED;
}

void worker_init_target(struct worker *w, enum worker_kind kind,
                        int (*target)(void *arg), void *arg)
{
    worker_init(w, kind);
    w->run = call_target;
    w->target = target;
    w->arg = arg;
}

int worker_start(struct worker *w)
{
    if (w->state != INITIALISED)
        return -EINVAL;
    int rc = 0;
    if (w->kind == WORKER_THREAD) {
        rc = start_thread(w);
    } else {
        w->pid = fork();
        if (w->pid == 0)
            _exit(w->run(w));
        rc = w->pid < 0 ? -errno : 0;
    }
    w->state = rc == 0 ? STARTED : INITIALISED;
    return rc;
}

int worker_join(struct worker *w, int *ret_result)
{
    if (w->state != STARTED)
        return -EINVAL;
    w->state = JOINED;
    if (w->kind == WORKER_THREAD) {
        join_thread(w, ret_result);
        return 0;
    }
    int status;
    if (waitpid(w->pid, &status, 0) < 0)
        return -errno;
    *ret_result = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    return 0;
}
