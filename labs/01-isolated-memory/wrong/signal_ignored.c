/* Earns: as if task() had returned 0 */
/* WEXITSTATUS is used without asking whether the child exited at all. */
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
    return WEXITSTATUS(status);
}
