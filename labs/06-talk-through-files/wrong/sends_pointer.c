/* Earns: it looks like an address */
/* Eight bytes travel well: those of the address, not those of the sum. */
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

static bool write_pointer(const char *path, const long *sum)
{
    FILE *const file = fopen(path, "wx");
    if (file == NULL)
        return false;
    const bool written = fwrite(&sum, sizeof(sum), 1, file) == 1;
    return fclose(file) == 0 && written;
}

static bool read_pointer(const char *path, const long **ret_sum)
{
    FILE *const file = fopen(path, "r");
    if (file == NULL)
        return false;
    const bool found = fread(ret_sum, sizeof(*ret_sum), 1, file) == 1;
    fclose(file);
    unlink(path);
    return found;
}

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    static long sums[64];
    pid_t children[64];
    char path[4096];
    int made = 0;
    for (; made < k; made++) {
        name_part(path, sizeof(path), folder, made);
        children[made] = fork();
        if (children[made] < 0)
            break;
        if (children[made] == 0) {
            for (int i = n * made / k; i < n * (made + 1) / k; i++)
                sums[made] += number(i);
            _exit(write_pointer(path, &sums[made]) ? 0 : 1);
        }
    }

    bool well = made == k;
    long total = 0;
    for (int j = 0; j < made; j++) {
        int status = 1;
        const long *sum;
        waitpid(children[j], &status, 0);
        name_part(path, sizeof(path), folder, j);
        if (read_pointer(path, &sum) && status == 0)
            total += *sum;
        else
            well = false;
    }
    if (well)
        *ret_sum = total;
    return well ? 0 : -1;
}
