/* Earns: The system refused a new process */
/* fork's -1 is handed to waitpid, for which -1 means any child. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    const pid_t child = fork();
    if (child == 0)
        _exit(task());

    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
