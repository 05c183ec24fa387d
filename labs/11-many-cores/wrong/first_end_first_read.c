/* Earns: Had each worker ended when you read its result? */
#include "exercise.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    const size_t bytes = (size_t)workers * sizeof(long);
    long *const found = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED)
        return -1;
    const long size = end - begin;
    for (int i = 0; i < workers; i++) {
        if (fork() != 0)
            continue;
        found[i] =
            count(begin + size * i / workers, begin + size * (i + 1) / workers);
        _exit(0);
    }
    long total = 0;
    for (int i = 0; i < workers; i++) {
        wait(NULL); /* for whom? */
        total += found[i];
    }
    munmap(found, bytes);
    *ret_total = total;
    return 0;
}
