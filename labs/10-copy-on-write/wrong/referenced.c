/* Earns: Who reads needs no copy */
/* A page that is used need not be a page that is copied. */
#include "exercise.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void forget(void)
{
    const int fd = open("/proc/self/clear_refs", O_WRONLY);
    if (fd >= 0) {
        write(fd, "1", 1);
        close(fd);
    }
}

static long used(void)
{
    FILE *const list = fopen("/proc/self/smaps", "r");
    char line[256];
    long sum = 0, kib;
    if (list == NULL)
        return -1;
    while (fgets(line, sizeof(line), list) != NULL)
        if (sscanf(line, "Referenced: %ld kB", &kib) == 1)
            sum += kib;
    fclose(list);
    return sum * 1024 / sysconf(_SC_PAGESIZE);
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
        forget();
        used(); /* that uses pages, too: have it done once */
        const long before = used();
        touch(arg);
        const long copied = used() - before;
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
