/* Earns: one that fails is no reason to leave out another */
/* One job has failed for good, and nobody runs the rest. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++) {
        int status = 1;
        for (int attempt = 1; attempt <= tries && status != 0; attempt++) {
            const pid_t child = fork();
            if (child < 0)
                return -1;
            if (child == 0)
                _exit(job(i, attempt));
            waitpid(child, &status, 0);
        }
        ret_fates[i] = status == 0 ? DONE : FAILED;
        if (status != 0)
            return done;
        done++;
    }
    return done;
}
