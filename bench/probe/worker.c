/* Processes and threads behind one start and join. Notice that the two halves
 * are line by line the same, but for how a worker ends. */
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A probe that is killed takes its workers along: no orphan keeps a CPU busy
 * behind the next measurement. */
static int process_start(struct worker *self)
{
    pid_t parent = getpid();

    self->pid = fork();
    if (self->pid < 0)
        return -errno;
    if (self->pid == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
            _exit(1);
        _exit(self->target(self->arg));
    }
    return 0;
}

static int process_join(struct worker *self, int *ret_code)
{
    int status;

    while (waitpid(self->pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    if (WIFSIGNALED(status)) {
        *ret_code = WTERMSIG(status);
        return -ECHILD;
    }
    *ret_code = WEXITSTATUS(status);
    return 0;
}

static void *thread_main(void *arg)
{
    struct worker *self = arg;

    return (void *)(intptr_t)self->target(self->arg);
}

static int thread_start(struct worker *self)
{
    return -pthread_create(&self->thread, NULL, thread_main, self);
}

static int thread_join(struct worker *self, int *ret_code)
{
    void *code;
    int rc = pthread_join(self->thread, &code);
    if (rc != 0)
        return -rc;
    *ret_code = (int)(intptr_t)code;
    return 0;
}

const struct worker_kind worker_process = { .name = "process",
                                            .start = process_start,
                                            .join = process_join };

const struct worker_kind worker_thread = { .name = "thread",
                                           .start = thread_start,
                                           .join = thread_join };

const struct worker_kind *worker_kind_find(const char *name)
{
    static const struct worker_kind *const kinds[] = { &worker_process,
                                                       &worker_thread };

    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        if (strcmp(kinds[k]->name, name) == 0)
            return kinds[k];
    return NULL;
}

int worker_start(struct worker *worker)
{
    return worker->kind->start(worker);
}

int worker_join(struct worker *worker, int *ret_code)
{
    return worker->kind->join(worker, ret_code);
}
