/* Earns: so the caller could not tell the two apart */
/* 128 + N is how a shell puts it, and a task may return that, too. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    const pid_t child = fork();
    if (child < 0)
        return NO_CHILD;
    if (child == 0)
        _exit(task());

    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
