/* Earns: Whose count is that, from when to when */
/* A copy takes the place of a page that was there already. */
#include "exercise.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long resident(void)
{
    FILE *const file = fopen("/proc/self/statm", "r");
    long pages = 0;
    if (file == NULL)
        return -1;
    if (fscanf(file, "%*d %ld", &pages) != 1)
        pages = -1;
    fclose(file);
    return pages;
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
        const long before = resident();
        touch(arg);
        const long copied = resident() - before;
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
