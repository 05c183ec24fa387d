/* Earns: the two share it, so nothing is copied */
/* vfork lends the child the memory of its parent. */
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
    int ends[2];
    if (pipe(ends) < 0)
        return -1;
    const pid_t child = vfork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return -1;
    }
    if (child == 0) {
        const long before = faults_of(RUSAGE_SELF);
        touch(arg);
        const long copied = faults_of(RUSAGE_SELF) - before;
        write(ends[1], &copied, sizeof(copied));
        _exit(0);
    }
    close(ends[1]);
    long copied = -1;
    read(ends[0], &copied, sizeof(copied));
    close(ends[0]);
    waitpid(child, NULL, 0);
    return copied;
}
