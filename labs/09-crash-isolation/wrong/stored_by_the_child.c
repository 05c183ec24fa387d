/* Earns: it stored it in its own copy */
/* The child notes its fate in the child's array. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++) {
        for (int attempt = 1; attempt <= tries; attempt++) {
            const pid_t child = fork();
            if (child < 0)
                return -1;
            if (child == 0) {
                const int status = job(i, attempt);
                ret_fates[i] = status == 0 ? DONE : FAILED;
                _exit(status);
            }
            int status;
            waitpid(child, &status, 0);
            if (status == 0) {
                done++;
                break;
            }
        }
    }
    return done;
}
