/* Earns: No file has appeared in `folder` */
/* An array for all: each child fills its own copy. */
#include "exercise.h"

#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static long sums[64];

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    (void)folder;
    pid_t children[64];
    for (int j = 0; j < k; j++) {
        children[j] = fork();
        if (children[j] < 0)
            return -1;
        if (children[j] == 0) {
            for (int i = n * j / k; i < n * (j + 1) / k; i++)
                sums[j] += number(i);
            _exit(0);
        }
    }
    long total = 0;
    for (int j = 0; j < k; j++) {
        waitpid(children[j], NULL, 0);
        total += sums[j];
    }
    *ret_sum = total;
    return 0;
}
