#define _GNU_SOURCE /* O_PATH */
/* A folder in the folder: there, every name is free. Numbers are dealt out like
 * cards; whoever has ended first is read first. */
#include "exercise.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool deal(int own, int j, int n, int k, int (*number)(int i))
{
    char name[16];
    long sum = 0;
    for (int i = j; i < n; i += k)
        sum += number(i);
    snprintf(name, sizeof(name), "%ld", (long)getpid());
    const int file = openat(own, name, O_WRONLY | O_CREAT, 0600);
    return file >= 0 && write(file, &sum, sizeof(sum)) == sizeof(sum) &&
           close(file) == 0;
}

static bool collect(int own, pid_t child, long *total)
{
    char name[16];
    long sum = 0;
    snprintf(name, sizeof(name), "%ld", (long)child);
    const int file = openat(own, name, O_RDONLY);
    const bool well = file >= 0 && read(file, &sum, sizeof(sum)) == sizeof(sum);
    if (file >= 0)
        close(file);
    unlinkat(own, name, 0);
    *total += sum;
    return well;
}

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/XXXXXX", folder);
    if (mkdtemp(path) == NULL)
        return -1;
    const int own = open(path, O_PATH | O_DIRECTORY);

    int made = 0;
    pid_t child = own >= 0 ? 1 : -1;
    for (; made < k && child > 0; made += child > 0) {
        child = fork();
        if (child == 0)
            _exit(deal(own, made, n, k, number) ? 0 : 1);
    }

    bool well = made == k;
    long total = 0;
    for (int j = 0; j < made; j++) {
        int status;
        child = wait(&status);
        well &= collect(own, child, &total) && status == 0;
    }
    close(own);
    rmdir(path);
    if (well)
        *ret_sum = total;
    return well ? 0 : -1;
}
