/* Handing over one task at a time, by futex there and back. */
#include "desk.h"

#include "kernel.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/wait.h>

int desk_work(void *arg)
{
    struct desk *desk = arg;

    for (uint32_t turn = 0;; turn++) {
        while (atomic_load(&desk->posted) == turn)
            kernel_futex_wait(&desk->posted, turn, NULL);
        if (desk->task == NULL)
            return 0;
        task_do(desk->task);
        atomic_store(&desk->done, turn + 1);
        kernel_futex_wake_all(&desk->done);
    }
}

static void post(struct desk *desk, struct task *task)
{
    desk->task = task;
    atomic_fetch_add(&desk->posted, 1);
    kernel_futex_wake_all(&desk->posted);
}

/* A process that was killed finishes nothing; WNOWAIT leaves it for its own
 * waitpid. */
static bool child_ended(void)
{
    siginfo_t ended = { .si_pid = 0 };

    return waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid != 0;
}

int desk_hand_over(struct desk *desk, struct task *task)
{
    const struct timespec look_again = { .tv_nsec = 100000000 };
    uint32_t before = atomic_load(&desk->done);

    post(desk, task);
    while (atomic_load(&desk->done) == before) {
        kernel_futex_wait(&desk->done, before, &look_again);
        if (atomic_load(&desk->done) == before && child_ended())
            return -ECHILD;
    }
    return 0;
}

void desk_close(struct desk *desk)
{
    post(desk, NULL);
}
