/* Names that the process id makes our own, text, and stdio: the child opens,
 * the parent opens, reads and removes. Shares are rounded up. */
#include "exercise.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *open_part(const char *folder, int j, const char *mode, pid_t us,
                       bool remove_it)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%ld.%d", folder, (long)us, j);
    FILE *const file = fopen(path, mode);
    if (remove_it)
        remove(path);
    return file;
}

static bool write_part(const char *folder, int j, long sum)
{
    FILE *const file = open_part(folder, j, "wx", getppid(), false);
    if (file == NULL)
        return false;
    const bool printed = fprintf(file, "%ld\n", sum) > 0;
    return fclose(file) == 0 && printed;
}

static bool read_part(const char *folder, int j, long *ret_sum)
{
    FILE *const file = open_part(folder, j, "r", getpid(), true);
    if (file == NULL)
        return false;
    const bool well = fscanf(file, "%ld", ret_sum) == 1;
    fclose(file);
    return well;
}

static _Noreturn void work(const char *folder, int j, int n, int k,
                           int (*number)(int i))
{
    const int size = (n + k - 1) / k;
    long sum = 0;
    for (int i = j * size; i < n && i < (j + 1) * size; i++)
        sum += number(i);
    _exit(write_part(folder, j, sum) ? 0 : 1);
}

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    pid_t children[64];
    int made = 0;
    for (; made < k; made++) {
        children[made] = fork();
        if (children[made] < 0)
            break;
        if (children[made] == 0)
            work(folder, made, n, k, number);
    }

    bool well = made == k;
    long total = 0;
    for (int j = 0; j < made; j++) {
        int status = 1;
        long sum = 0;
        waitpid(children[j], &status, 0);
        well &= read_part(folder, j, &sum) && status == 0;
        total += sum;
    }
    if (well)
        *ret_sum = total;
    return well ? 0 : -1;
}
