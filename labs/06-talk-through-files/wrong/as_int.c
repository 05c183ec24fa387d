/* Earns on 64 bits: It is larger than an int can hold */
/* A sum of ints, kept in ints. */
#include "exercise.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void name_part(char *path, size_t size, const char *folder, int j)
{
    snprintf(path, size, "%s/part-%ld-%d", folder, (long)getpid(), j);
}

static bool write_part(const char *path, long sum)
{
    FILE *const file = fopen(path, "wx");
    if (file == NULL)
        return false;
    const bool printed = fprintf(file, "%d", (int)sum) > 0;
    return fclose(file) == 0 && printed;
}

static bool read_part(const char *path, long *ret_sum)
{
    FILE *const file = fopen(path, "r");
    if (file == NULL)
        return false;
    const bool found = fscanf(file, "%ld", ret_sum) == 1;
    fclose(file);
    unlink(path);
    return found;
}

static bool add_up(const char *path, int begin, int end, int (*number)(int i))
{
    long sum = 0;
    for (int i = begin; i < end; i++)
        sum += number(i);
    return write_part(path, sum);
}

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    pid_t children[64];
    char path[4096];
    int made = 0;
    for (; made < k; made++) {
        name_part(path, sizeof(path), folder, made);
        children[made] = fork();
        if (children[made] < 0)
            break;
        if (children[made] == 0)
            _exit(add_up(path, n * made / k, n * (made + 1) / k, number) ? 0
                                                                         : 1);
    }

    bool well = made == k;
    long total = 0;
    for (int j = 0; j < made; j++) {
        int status = 1;
        long sum = 0;
        waitpid(children[j], &status, 0);
        name_part(path, sizeof(path), folder, j);
        well &= read_part(path, &sum) && status == 0;
        total += sum;
    }
    if (well)
        *ret_sum = total;
    return well ? 0 : -1;
}
