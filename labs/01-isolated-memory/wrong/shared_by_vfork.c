/* Earns: the two share their memory */
/* A vfork child borrows its parent's memory: a process without isolation. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    const pid_t child = vfork();
    if (child < 0)
        return NO_CHILD;
    if (child == 0)
        _exit(task());

    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
