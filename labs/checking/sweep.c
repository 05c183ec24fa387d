/* All stand still before the first is killed, and whole groups are killed at
 * once, since single processes can multiply faster than they are found. */
#define _GNU_SOURCE /* waitid's WNOWAIT with every libc */
#include "sweep.h"

#include "impossible.h"
#include "proc.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SWEEP_MAX = 1024,
    PATIENCE = 20000, /* times 0.5 ms: then something cannot be killed */
};

void sweep_adopted(pid_t root)
{
    siginfo_t ended = { 0 };

    while (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid != 0 && ended.si_pid != root) {
        waitpid(ended.si_pid, NULL, WNOHANG);
        ended.si_pid = 0;
    }
}

static void kill_with_its_group(pid_t pid)
{
    pid_t group = getpgid(pid);

    if (group > 1 && group != getpgrp())
        kill(-group, SIGKILL);
    kill(pid, SIGKILL);
}

/* Who stands still starts nobody, and keeps the place that a limit on processes
 * gives him: to kill one of many that multiply only makes room for another. How
 * many there are; everybody, once that is as many as before. */
static int freeze(pid_t *ret_pids)
{
    int before = 0;

    for (int i = 0; i < PATIENCE; i++) {
        int n = proc_descendants(ret_pids, SWEEP_MAX);
        if (n == before)
            return n;
        for (int k = 0; k < n; k++)
            kill(ret_pids[k], SIGSTOP);
        before = n;
    }
    return before;
}

void sweep_up(pid_t root)
{
    pid_t pids[SWEEP_MAX];
    const struct timespec nap = { .tv_nsec = 500000 };

    kill(-root, SIGKILL);
    for (int i = 0; i < PATIENCE; i++) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        int n = freeze(pids);
        if (n == 0 && waitpid(-1, NULL, WNOHANG) < 0)
            return; /* ECHILD: neither the living nor the dead */
        for (int k = 0; k < n; k++)
            kill_with_its_group(pids[k]);
        nanosleep(&nap, NULL);
    }
    impossible_because("a process of the exercise cannot be killed");
}
