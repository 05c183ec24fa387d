/* Exercise 09: run jobs in child processes, and run again what has
 * failed. Read exercise.h first: it says what a failure is, and when to
 * give up. Write your answer here, then
 *
 *     scripts/lab check 09
 *
 * As it stands, no job is run. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    (void)jobs;
    (void)tries;
    (void)job;
    (void)ret_fates;
    return -1;
}
