/* Threads by threads.h; a child's end is seen at a pipe, then waited for. */
#define _GNU_SOURCE /* pipe2 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

/* Whoever has been started leads to one of these by `own`; NULL before and
 * after. */
struct life {
    thrd_t thread;
    pid_t child;
    int pipe[2];
};

static int nothing(struct worker *self)
{
    (void)self;
    return 0;
}

static int call_target(struct worker *self)
{
    return self->target(self->arg);
}

static int in_thread(void *arg)
{
    struct worker *const w = arg;
    return w->run(w);
}

void worker_init(struct worker *w, enum worker_kind kind)
{
    w->run = nothing;
    w->kind = kind;
    w->state = 1;
    w->own = NULL;
}

void worker_init_target(struct worker *w, enum worker_kind kind,
                        int (*target)(void *arg), void *arg)
{
    worker_init(w, kind);
    w->run = call_target;
    w->target = target;
    w->arg = arg;
}

static int start_process(struct worker *w, struct life *life)
{
    if (pipe2(life->pipe, O_CLOEXEC) < 0)
        return -errno;
    life->child = fork();
    const int error = errno;
    if (life->child == 0) {
        close(life->pipe[0]);
        _exit(w->run(w));
    }
    close(life->pipe[1]);
    if (life->child < 0)
        close(life->pipe[0]);
    return life->child < 0 ? -error : 0;
}

int worker_start(struct worker *w)
{
    if (w->state != 1 || w->own != NULL)
        return -EINVAL;
    struct life *const life = calloc(1, sizeof(*life));
    if (life == NULL)
        return -ENOMEM;
    int rc = 0;
    if (w->kind == WORKER_PROCESS)
        rc = start_process(w, life);
    else if (thrd_create(&life->thread, in_thread, w) != thrd_success)
        rc = -EAGAIN;
    if (rc == 0)
        w->own = life;
    else
        free(life);
    return rc;
}

int worker_join(struct worker *w, int *ret_result)
{
    struct life *const life = w->own;
    if (life == NULL)
        return -EINVAL;
    if (w->kind == WORKER_PROCESS) {
        char none;
        while (read(life->pipe[0], &none, 1) != 0)
            ;
        close(life->pipe[0]);
        int status;
        waitpid(life->child, &status, 0);
        *ret_result =
            WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    } else {
        thrd_join(life->thread, ret_result);
    }
    free(life);
    w->own = NULL;
    return 0;
}
