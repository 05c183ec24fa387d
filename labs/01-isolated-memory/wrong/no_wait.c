/* Earns: came back while its child was still inside task() */
/* WNOHANG asks, and does not wait for the answer. */
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

    int status = 0;
    waitpid(child, &status, WNOHANG);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
