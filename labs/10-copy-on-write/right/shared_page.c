/* The count comes home through a page that both share, not through a pipe. */
#include "exercise.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long minor_faults(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_minflt : 0;
}

long pages_copied(void (*touch)(void *arg), void *arg)
{
    long *const copied = mmap(NULL, sizeof(*copied), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (copied == MAP_FAILED)
        return -1;
    *copied = -1;

    const pid_t child = fork();
    if (child == 0) {
        const long before = minor_faults();
        touch(arg);
        *copied = minor_faults() - before;
        _exit(0);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
    const long result = *copied;
    munmap(copied, sizeof(*copied));
    return result;
}
