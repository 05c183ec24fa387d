/* Earns: came back out of your function and ran on */
/* The child returns like a function instead of ending like a process. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    const pid_t child = fork();
    if (child < 0)
        return NO_CHILD;
    if (child == 0)
        return task();

    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
