/* Earns: in the child, and in the caller as well */
/* After the fork nobody asks which of the two this is. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    const pid_t child = fork();
    if (child < 0)
        return NO_CHILD;

    const int code = task();
    if (child == 0)
        _exit(code);

    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
