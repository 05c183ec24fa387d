#define _GNU_SOURCE /* mkostemp */
/* One file for all, to which each child appends its line; O_APPEND puts every
 * write behind the last. Only children with numbers are made. */
#include "exercise.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool append(int log, int begin, int end, int (*number)(int i))
{
    char line[32];
    long sum = 0;
    for (int i = begin; i < end; i++)
        sum += number(i);
    const int length = snprintf(line, sizeof(line), "%ld\n", sum);
    return write(log, line, (size_t)length) == length;
}

static long add_lines(const char *path)
{
    FILE *const log = fopen(path, "r");
    if (log == NULL)
        return 0;
    long sum, total = 0;
    while (fscanf(log, "%ld", &sum) == 1)
        total += sum;
    fclose(log);
    return total;
}

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/log-XXXXXX", folder);
    const int log = mkostemp(path, O_APPEND);
    if (log < 0)
        return -1;

    bool well = true;
    int made = 0;
    for (int j = 0; j < k && well; j++) {
        const int begin = (int)((long)n * j / k);
        const int end = (int)((long)n * (j + 1) / k);
        const pid_t child = begin < end ? fork() : 1;
        if (child == 0)
            _exit(append(log, begin, end, number) ? 0 : 1);
        well = child > 0;
        made += well && begin < end;
    }
    for (; made > 0; made--) {
        int status = 1;
        well &= wait(&status) > 0 && status == 0;
    }
    const long total = add_lines(path);
    close(log);
    unlink(path);
    if (well)
        *ret_sum = total;
    return well ? 0 : -1;
}
