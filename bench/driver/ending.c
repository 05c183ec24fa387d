/* SIGTERM first, SIGKILL for what nobody asked to stay. */
#define _GNU_SOURCE /* WNOWAIT */
#include "ending.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>

enum { STEPS = 100 }; /* pauses, at most */

void ending_ask(pid_t pid)
{
    const struct timespec pause = { .tv_nsec = 20000000 };
    siginfo_t ended = { .si_pid = 0 };

    kill(-pid, SIGTERM);
    for (int i = 0; i < STEPS && ended.si_pid == 0; i++) {
        if (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) != 0)
            return;
        if (ended.si_pid == 0)
            nanosleep(&pause, NULL);
    }
}

void ending_strays(void)
{
    const struct timespec pause = { .tv_nsec = 10000000 };

    for (int i = 0; i < STEPS; i++) {
        pid_t ended = waitpid(-1, NULL, WNOHANG);
        long stray;

        if (ended < 0 && errno != EINTR)
            return; /* nobody is left */
        if (ended != 0)
            continue;
        FILE *children = fopen("/proc/thread-self/children", "re");
        while (children != NULL && fscanf(children, "%ld", &stray) == 1)
            kill((pid_t)stray, SIGKILL);
        if (children != NULL)
            fclose(children);
        nanosleep(&pause, NULL);
    }
}
