/* Earns: the low eight bits came home */
/* A number of any size goes home as an exit status. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    const long size = end - begin;
    long total = 0;
    for (int i = 0; i < workers; i++) {
        const long from = begin + size * i / workers;
        const long to = begin + size * (i + 1) / workers;
        const pid_t child = fork();
        if (child < 0)
            return -1;
        if (child == 0) {
            _exit((int)count(from, to));
        }
    }
    int status;
    while (wait(&status) > 0)
        total += WEXITSTATUS(status);
    *ret_total = total;
    return 0;
}
