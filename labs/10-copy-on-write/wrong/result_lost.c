/* Earns: what a child stores stays in the child */
/* The child stores the count in its own copy. */
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
    long copied = 0;
    const pid_t child = fork();
    if (child < 0)
        return -1;
    if (child == 0) {
        const long before = faults_of(RUSAGE_SELF);
        touch(arg);
        copied = faults_of(RUSAGE_SELF) - before;
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return copied;
}
