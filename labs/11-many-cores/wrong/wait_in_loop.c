/* Earns: That happens when each is waited for before */
/* One loop to fork and to wait. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    const long size = end - begin;
    long total = 0;
    int ends[2];
    if (pipe(ends) < 0)
        return -1;
    for (int i = 0; i < workers; i++) {
        const long from = begin + size * i / workers;
        const long to = begin + size * (i + 1) / workers;
        const pid_t child = fork();
        if (child < 0)
            return -1;
        if (child == 0) {
            const long found = count(from, to);
            _exit(write(ends[1], &found, sizeof(found)) < 0);
        }
        long found;
        waitpid(child, NULL, 0);
        if (read(ends[0], &found, sizeof(found)) == sizeof(found))
            total += found;
    }
    close(ends[0]);
    close(ends[1]);
    *ret_total = total;
    return 0;
}
