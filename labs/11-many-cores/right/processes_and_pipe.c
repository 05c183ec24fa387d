/* Processes with a part each, of which the first has what is left over; one
 * pipe for all results. A line of it is written whole, or not at all. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void count_part(long from, long to,
                                 long (*count)(long from, long to), int fd)
{
    const long found = count(from, to);
    _exit(write(fd, &found, sizeof(found)) == sizeof(found) ? 0 : 1);
}

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    const long each = (end - begin) / workers;
    const long rest = (end - begin) % workers;
    int ends[2];
    if (pipe(ends) < 0)
        return -1;

    int started = 0;
    pid_t children[64];
    for (long from = begin; started < workers; started++) {
        const long to = from + each + (started == 0 ? rest : 0);
        const pid_t child = fork();
        if (child < 0)
            break;
        if (child == 0)
            count_part(from, to, count, ends[1]);
        children[started] = child;
        from = to;
    }
    close(ends[1]);

    long total = 0, found;
    int complete = started == workers;
    while (read(ends[0], &found, sizeof(found)) == sizeof(found))
        total += found;
    close(ends[0]);
    for (int i = 0; i < started; i++) {
        int status;
        if (waitpid(children[i], &status, 0) < 0 || status != 0)
            complete = 0;
    }
    *ret_total = total;
    return complete ? 0 : -1;
}
