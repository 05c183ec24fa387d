/* Earns: changed with it: the two share their memory */
/* vfork lends the child the memory of its parent. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    volatile int done = 0; /* the child runs in this very frame */
    for (volatile int i = 0; i < jobs; i++) {
        ret_fates[i] = FAILED;
        for (volatile int attempt = 1; attempt <= tries; attempt++) {
            const pid_t child = vfork();
            if (child < 0) {
                ret_fates[i] = UNFINISHED;
                return -1;
            }
            if (child == 0)
                _exit(job(i, attempt));
            int status = 0;
            waitpid(child, &status, 0);
            if (status == 0) {
                ret_fates[i] = DONE;
                done++;
                break;
            }
        }
    }
    return done;
}
