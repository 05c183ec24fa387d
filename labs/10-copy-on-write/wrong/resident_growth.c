/* Earns: Whose count is that, from when to when */
/* A copy takes the place of a page that was there already. */
#include "exercise.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long resident(void)
{
    FILE *const list = fopen("/proc/self/smaps_rollup", "r");
    char line[256];
    long kib = 0;
    if (list == NULL)
        return -1;
    while (fgets(line, sizeof(line), list) != NULL &&
           sscanf(line, "Rss: %ld kB", &kib) != 1)
        ;
    fclose(list);
    return kib * 1024 / sysconf(_SC_PAGESIZE);
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
