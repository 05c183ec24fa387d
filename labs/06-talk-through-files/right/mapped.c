/* A file can be memory, too: each is mapped before the fork, and the child's
 * sum is in it at once. What the disk has no room for fails before any work. */
#include "exercise.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct part {
    long *sum;
    pid_t child;
};

static long *map_file(const char *folder)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/XXXXXX", folder);
    const int file = mkstemp(path);
    if (file < 0)
        return NULL;
    unlink(path);
    long *sum = MAP_FAILED;
    if (ftruncate(file, sizeof(*sum)) == 0)
        sum = mmap(NULL, sizeof(*sum), PROT_READ | PROT_WRITE, MAP_SHARED, file,
                   0);
    close(file);
    return sum == MAP_FAILED ? NULL : sum;
}

static bool start(struct part *part, const char *folder, int begin, int end,
                  int (*number)(int i))
{
    part->sum = map_file(folder);
    if (part->sum == NULL)
        return false;
    part->child = fork();
    if (part->child == 0) {
        for (int i = begin; i < end; i++)
            *part->sum += number(i);
        _exit(0);
    }
    if (part->child < 0)
        munmap(part->sum, sizeof(*part->sum));
    return part->child > 0;
}

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    struct part *const parts = calloc((size_t)k, sizeof(*parts));
    const int size = n / k; /* the last one's share is larger */
    int made = 0;
    while (parts != NULL && made < k &&
           start(&parts[made], folder, made * size,
                 made == k - 1 ? n : (made + 1) * size, number))
        made++;

    bool well = made == k;
    long total = 0;
    for (int j = 0; j < made; j++) {
        siginfo_t end = { 0 };
        waitid(P_PID, (id_t)parts[j].child, &end, WEXITED);
        well &= end.si_code == CLD_EXITED && end.si_status == 0;
        total += *parts[j].sum;
        munmap(parts[j].sum, sizeof(*parts[j].sum));
    }
    free(parts);
    if (well)
        *ret_sum = total;
    return well ? 0 : -1;
}
