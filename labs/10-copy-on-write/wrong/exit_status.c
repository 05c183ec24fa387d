/* Earns: An exit status carries eight bits */
/* The child ends with its count. */
#include "exercise.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long faults_of(int whom)
{
    struct rusage usage;
    return getrusage(whom, &usage) == 0 ? usage.ru_minflt : 0;
}

long pages_copied(void (*touch)(void *arg), void *arg)
{
    const pid_t child = fork();
    if (child < 0)
        return -1;
    if (child == 0) {
        const long before = faults_of(RUSAGE_SELF);
        touch(arg);
        _exit((int)(faults_of(RUSAGE_SELF) - before));
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
