/* The empty program: what posix_spawn and exec start. Built twice, statically
 * and dynamically linked. `empty CPU FD`: -1 for "none of it". */
#define _GNU_SOURCE /* sched_setaffinity, syscall */
#include "empty.h"

#include <stdlib.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    int fd = argc > 2 ? atoi(argv[2]) : -1;
    struct stamp stamp;
    const struct orders orders = { .cpu = argc > 1 ? atoi(argv[1]) : -1,
                                   .stamp = fd >= 0 ? &stamp : NULL };

    int code = empty_child(orders);
    if (fd >= 0 &&
        pwrite(fd, &stamp, sizeof(stamp), 0) != (ssize_t)sizeof(stamp))
        return EXIT_FAILURE;
    return code;
}
