/* Earns: A worker's process was killed (SIGKILL) while it counted, and you reported 0 */
/* How a child has ended is of no interest. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "exercise.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    const long size = end - begin;
    long total = 0;
    long *const found = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED)
        return -1;
    for (int i = 0; i < workers; i++) {
        const long from = begin + size * i / workers;
        const long to = begin + size * (i + 1) / workers;
        const pid_t child = fork();
        if (child < 0) {
            while (wait(NULL) > 0)
                ;
            return -1;
        }
        if (child == 0) {
            found[i] = count(from, to);
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    for (int i = 0; i < workers; i++)
        total += found[i];
    munmap(found, 4096);
    *ret_total = total;
    return 0;
}
