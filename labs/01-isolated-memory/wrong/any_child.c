/* Earns: wait() takes whichever child comes first */
/* The caller has one child more than this function knows of. */
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
    wait(&status);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
