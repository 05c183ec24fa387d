// starter: /* Exercise 10: count the pages that a child's writing has copied. Read
// starter:  * exercise.h first: it says what counts, and how exactly. Write your
// starter:  * answer here, then
// starter:  *
// starter:  *     scripts/lab check 10
// starter:  *
// starter:  * As it stands, no child is made. */
// solution begins
/* Exercise 10, solved: a page is copied in a page fault, and the system counts
 * those. Notice who asks for the count, and when: the child, around touch. */
// solution ends
#include "exercise.h"

// solution begins
#include <err.h>
#include <errno.h>
#include <stdlib.h>
// solution ends
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// solution begins
/* Faults that needed no disk, of the process that asks. */
static long minor_faults(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) < 0)
        err(EXIT_FAILURE, "getrusage");
    return usage.ru_minflt;
}

static _Noreturn void be_child(int out, void (*touch)(void *arg), void *arg)
{
    const long before = minor_faults();
    touch(arg);
    const long copied = minor_faults() - before;
    const ssize_t bytes = sizeof(copied);
    _exit(write(out, &copied, sizeof(copied)) == bytes ? 0 : 1);
}

// solution ends
long pages_copied(void (*touch)(void *arg), void *arg)
{
    // solution begins
    int ends[2];
    if (pipe(ends) < 0)
        return -1;
    const pid_t child = fork();
    if (child == 0)
        be_child(ends[1], touch, arg);
    close(ends[1]); /* or the read below would never see the end */

    long copied;
    const ssize_t got = child < 0 ? 0 : read(ends[0], &copied, sizeof(copied));
    close(ends[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0) {
        if (errno != EINTR)
            err(EXIT_FAILURE, "waitpid");
    }
    return got == sizeof(copied) ? copied : -1;
    // solution ends
    // starter: (void)touch;
    // starter: (void)arg;
    // starter: return -1;
}
