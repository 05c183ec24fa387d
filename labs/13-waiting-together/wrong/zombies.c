/* Earns: ended, and nobody asked how */
/* The end of a pipe says that all children are gone; the kernel keeps their
 * status all the same. */
#include "exercise.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

int serve(int requests, int width, void (*handle)(int request))
{
    _Atomic int *const next = mmap(NULL, sizeof(*next), PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int ends[2], made = 0;
    char byte;
    if (next == MAP_FAILED || pipe(ends) < 0)
        return -1;
    for (; made < width; made++) {
        const pid_t child = fork();
        if (child < 0)
            break;
        if (child == 0) {
            int request;
            while ((request = atomic_fetch_add(next, 1)) < requests)
                handle(request);
            _exit(0);
        }
    }
    close(ends[1]);
    while (read(ends[0], &byte, 1) > 0)
        ;
    close(ends[0]);
    munmap(next, sizeof(*next));
    return made == width ? 0 : -1;
}
