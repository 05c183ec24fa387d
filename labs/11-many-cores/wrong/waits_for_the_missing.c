/* Earns: count_range never came back */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    int ends[2];
    if (pipe(ends) < 0)
        return -1;
    const long size = end - begin;
    for (int i = 0; i < workers; i++) {
        if (fork() != 0)
            continue;
        const long found =
            count(begin + size * i / workers, begin + size * (i + 1) / workers);
        _exit(write(ends[1], &found, sizeof(found)) < 0);
    }
    long total = 0, found = 0;
    for (int i = 0; i < workers; i++) /* as many as were asked for */
        if (read(ends[0], &found, sizeof(found)) > 0)
            total += found;
    while (wait(NULL) > 0)
        continue;
    close(ends[0]);
    close(ends[1]);
    *ret_total = total;
    return 0;
}
