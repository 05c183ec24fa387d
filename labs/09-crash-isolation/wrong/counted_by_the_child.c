/* Earns: what a child counts, it counts in its own copy */
/* The count of the attempts goes up in the child, and stays there. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++) {
        int attempts = 0;
        ret_fates[i] = FAILED;
        while (attempts < tries && ret_fates[i] == FAILED) {
            const pid_t child = fork();
            if (child < 0)
                return -1;
            if (child == 0) {
                attempts++;
                _exit(job(i, attempts));
            }
            int status;
            waitpid(child, &status, 0);
            if (status == 0) {
                ret_fates[i] = DONE;
                done++;
            }
        }
    }
    return done;
}
