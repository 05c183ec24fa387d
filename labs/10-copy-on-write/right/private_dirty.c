/* No faults: which pages does the child have for itself? The kernel's list of
 * mappings says so. */
#include "exercise.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static long private_kib(void)
{
    FILE *const list = fopen("/proc/self/smaps", "r");
    char line[256];
    long sum = 0, kib;
    if (list == NULL)
        return -1;
    while (fgets(line, sizeof(line), list) != NULL)
        if (sscanf(line, "Private_Dirty: %ld kB", &kib) == 1)
            sum += kib;
    fclose(list);
    return sum;
}

long pages_copied(void (*touch)(void *arg), void *arg)
{
    int ends[2];
    if (pipe(ends) < 0)
        return -1;
    const pid_t child = fork();
    if (child == 0) {
        const long before = private_kib();
        touch(arg);
        const long kib = private_kib() - before;
        const long copied = kib * 1024 / sysconf(_SC_PAGESIZE);
        _exit(write(ends[1], &copied, sizeof(copied)) > 0 ? 0 : 1);
    }
    close(ends[1]);
    long copied = -1;
    if (child > 0 && read(ends[0], &copied, sizeof(copied)) <= 0)
        copied = -1;
    close(ends[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
    return copied;
}
