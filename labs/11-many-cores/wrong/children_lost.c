/* Earns: what the children had found stayed with them */
/* Each child adds to a variable of its own. */
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
            total += count(from, to);
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    *ret_total = total;
    return 0;
}
