/* Earns: target was called with an address that is none of those */
/* The argument is noted, and not handed on. */
#include "exercise.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INITIALISED = 1, STARTED, JOINED };

static int nothing(struct worker *self)
{
    (void)self;
    return 0;
}

static int call_target(struct worker *self)
{
    return self->target(NULL);
}

static void *in_thread(void *arg)
{
    struct worker *const w = arg;
    w->result = w->run(w);
    return NULL;
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
    if (w->kind == WORKER_THREAD) {
        const int rc = pthread_create(&w->thread, NULL, in_thread, w);
        if (rc != 0)
            return -rc;
    } else {
        w->pid = fork();
        if (w->pid < 0)
            return -errno;
        if (w->pid == 0)
            _exit(w->run(w));
    }
    w->state = STARTED;
    return 0;
}

int worker_join(struct worker *w, int *ret_result)
{
    if (w->state != STARTED)
        return -EINVAL;
    w->state = JOINED;
    if (w->kind == WORKER_THREAD) {
        const int rc = pthread_join(w->thread, NULL);
        *ret_result = w->result;
        return -rc;
    }
    int status;
    if (waitpid(w->pid, &status, 0) < 0)
        return -errno;
    *ret_result = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    return 0;
}
