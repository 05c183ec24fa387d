// starter: /* Exercise 09: run jobs in child processes, and run again what has
// starter:  * failed. Read exercise.h first: it says what a failure is, and when to
// starter:  * give up. Write your answer here, then
// starter:  *
// starter:  *     scripts/lab check 09
// starter:  *
// starter:  * As it stands, no job is run. */
// solution begins
/* Exercise 09, solved: one attempt after another, each in a child of its own.
 * Notice that all the counting is done here, in the process that stays. */
// solution ends
#include "exercise.h"

// solution begins
#include <err.h>
#include <errno.h>
#include <stdlib.h>
// solution ends
#include <sys/wait.h>
#include <unistd.h>

// solution begins
/* One attempt: DONE or FAILED; UNFINISHED if the system made no child. */
static enum fate try_once(int (*job)(int i, int attempt), int i, int attempt)
{
    const pid_t child = fork();
    if (child < 0)
        return UNFINISHED;
    if (child == 0)
        _exit(job(i, attempt));

    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) /* a signal for us is not yet the child's end */
            err(EXIT_FAILURE, "waitpid");
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? DONE : FAILED;
}

// solution ends
int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    // solution begins
    int done = 0, unfinished = 0;
    for (int i = 0; i < jobs; i++) {
        enum fate fate = FAILED;
        for (int attempt = 1; attempt <= tries && fate == FAILED; attempt++)
            fate = try_once(job, i, attempt);
        ret_fates[i] = fate;
        done += fate == DONE;
        unfinished += fate == UNFINISHED;
    }
    return unfinished > 0 ? -1 : done;
    // solution ends
    // starter: (void)jobs;
    // starter: (void)tries;
    // starter: (void)job;
    // starter: (void)ret_fates;
    // starter: return -1;
}
