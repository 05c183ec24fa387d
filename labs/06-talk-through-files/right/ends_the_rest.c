/* One child has failed: the others need not go on. Each is sent a signal, and
 * waited for all the same. */
#include "exercise.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool work(int file, int begin, int end, int (*number)(int i))
{
    long sum = 0;
    for (int i = begin; i < end; i++)
        sum += number(i);
    return write(file, &sum, sizeof(sum)) == sizeof(sum);
}

static int make_file(const char *folder)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/XXXXXX", folder);
    const int file = mkstemp(path);
    unlink(path);
    return file;
}

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    pid_t children[64];
    int files[64], made = 0;
    for (; made < k; made++) {
        files[made] = make_file(folder);
        children[made] = fork();
        if (children[made] < 0) {
            close(files[made]);
            break;
        }
        if (children[made] == 0)
            _exit(!work(files[made], n * made / k, n * (made + 1) / k, number));
    }

    bool well = made == k;
    long total = 0, sum = 0;
    for (int j = 0; j < made; j++) {
        int status = 1;
        if (!well)
            kill(children[j], SIGKILL);
        well &= waitpid(children[j], &status, 0) > 0 && status == 0 &&
                pread(files[j], &sum, sizeof(sum), 0) == sizeof(sum);
        total += sum;
        close(files[j]);
    }
    if (well)
        *ret_sum = total;
    return well ? 0 : -1;
}
