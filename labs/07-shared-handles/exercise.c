/* Exercise 07: n workers write into one open file. Read exercise.h first:
 * it says which record belongs where, and what has to stay as it is. Write
 * your answer here, then
 *
 *     scripts/lab check 07
 *
 * As it stands, no worker is made. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

int write_records(int fd, int n, size_t size, void (*fill)(int i, char *record))
{
    (void)fd;
    (void)n;
    (void)size;
    (void)fill;
    return -1;
}
