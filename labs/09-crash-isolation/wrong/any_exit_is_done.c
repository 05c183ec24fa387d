/* Earns: It ended by itself, but not well */
/* Whoever ends by itself is taken for done. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++) {
        ret_fates[i] = FAILED;
        for (int attempt = 1; attempt <= tries; attempt++) {
            const pid_t child = fork();
            if (child < 0) {
                ret_fates[i] = UNFINISHED;
                return -1;
            }
            if (child == 0)
                _exit(job(i, attempt));
            int status = 0;
            waitpid(child, &status, 0);
            if (WIFEXITED(status)) {
                ret_fates[i] = DONE;
                done++;
                break;
            }
        }
    }
    return done;
}
