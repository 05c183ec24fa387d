/* Earns: those are KiB, and a page has */
/* The list of mappings counts in kB. */
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
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return -1;
    }
    if (child == 0) {
        const long before = private_kib();
        touch(arg);
        const long copied = private_kib() - before;
        write(ends[1], &copied, sizeof(copied));
        _exit(0);
    }
    close(ends[1]);
    long copied = -1;
    read(ends[0], &copied, sizeof(copied));
    close(ends[0]);
    waitpid(child, NULL, 0);
    return copied;
}
