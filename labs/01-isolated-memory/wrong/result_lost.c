/* Earns: The number has to get out of the child */
/* A variable of the child's is set, and the parent reads its own. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    int code = 0;
    const pid_t child = fork();
    if (child < 0)
        return NO_CHILD;
    if (child == 0) {
        code = task();
        _exit(0);
    }

    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : code & 0xff;
}
