// starter: /* Exercise 06: sums that come home in files. Read exercise.h first: it
// starter:  * says who has to do what, and what may be left afterwards. Write your
// starter:  * answer here, then
// starter:  *
// starter:  *     scripts/lab check 06
// starter:  *
// starter:  * As it stands, no child is made. */
// solution begins
/* Exercise 06, solved: a file for each child, made before the child is, and read
 * when that child has ended, well. Notice when the file loses its name: nothing
 * can be left behind, however this ends. */
// solution ends
#include "exercise.h"

// solution begins
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
// solution ends
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

// solution begins
struct part {
    pid_t child;
    int file;
};

/* A file without a name lives until its last handle is closed. */
static int open_file(const char *folder)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof(path), "%s/sum-XXXXXX", folder);
    if (length < 0 || length >= (int)sizeof(path))
        return -1;
    const int file = mkstemp(path); /* a name that nobody has */
    if (file >= 0)
        unlink(path);
    return file;
}

static bool add_and_write(int file, int begin, int end, int (*number)(int i))
{
    long sum = 0;
    for (int i = begin; i < end; i++)
        sum += number(i);
    return write(file, &sum, sizeof(sum)) == sizeof(sum);
}

/* The child's share is from begin to end - 1. */
static bool start(struct part *part, const char *folder, int begin, int end,
                  int (*number)(int i))
{
    part->file = open_file(folder);
    if (part->file < 0)
        return false;
    part->child = fork();
    if (part->child == 0)
        _exit(add_and_write(part->file, begin, end, number) ? 0 : 1);
    if (part->child < 0)
        close(part->file);
    return part->child > 0;
}

static bool finish(const struct part *part, long *ret_sum)
{
    int status;
    while (waitpid(part->child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    /* pread: the offset is where the child has left it, behind the number. */
    const bool well =
        status == 0 &&
        pread(part->file, ret_sum, sizeof(*ret_sum), 0) == sizeof(*ret_sum);
    close(part->file);
    return well;
}

// solution ends
int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    // solution begins
    struct part *const parts = calloc((size_t)k, sizeof(*parts));
    if (parts == NULL)
        return -1;

    int made = 0, begin = 0;
    for (; made < k; made++) {
        const int end = begin + n / k + (made < n % k ? 1 : 0);
        if (!start(&parts[made], folder, begin, end, number))
            break;
        begin = end;
    }

    bool well = made == k;
    long total = 0;
    for (int j = 0; j < made; j++) { /* all of them, whatever has failed */
        long sum = 0;
        well &= finish(&parts[j], &sum);
        total += sum;
    }
    free(parts);
    if (well)
        *ret_sum = total;
    return well ? 0 : -1;
    // solution ends
    // starter: (void)folder;
    // starter: (void)n;
    // starter: (void)k;
    // starter: (void)number;
    // starter: (void)ret_sum;
    // starter: return -1;
}
