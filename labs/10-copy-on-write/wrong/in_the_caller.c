/* Earns: was called in the caller's own process. There */
/* The child is made, and the parent does its work. */
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
    if (child == 0)
        _exit(0);
    const long before = faults_of(RUSAGE_SELF);
    touch(arg);
    const long copied = faults_of(RUSAGE_SELF) - before;
    waitpid(child, NULL, 0);
    return copied;
}
