/* Earns: exit() in the child printed the copy */
/* exit() does the caller's tidying up as well: it prints what had waited. */
#include "exercise.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    const pid_t child = fork();
    if (child < 0)
        return NO_CHILD;
    if (child == 0)
        exit(task());

    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
