/* Processes, each with every n-th number, in parts of one number; the results
 * lie in memory that all of them share. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "exercise.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    const size_t bytes = (size_t)workers * sizeof(long);
    long *const found = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t *const children = calloc((size_t)workers, sizeof(*children));
    if (found == MAP_FAILED || children == NULL)
        return -1;

    int result = 0;
    long total = 0;
    for (int i = 0; i < workers; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            for (long n = begin + i; n < end; n += workers)
                found[i] += count(n, n + 1);
            _exit(0);
        }
    }
    for (int i = 0; i < workers; i++) {
        siginfo_t info = { 0 };
        if (children[i] < 0 ||
            waitid(P_PID, (id_t)children[i], &info, WEXITED) < 0 ||
            info.si_code != CLD_EXITED)
            result = -1;
        total += found[i];
    }
    munmap(found, bytes);
    free(children);
    *ret_total = total;
    return result;
}
