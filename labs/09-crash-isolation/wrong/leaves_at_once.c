/* Earns: (fork() gave -1). supervise came back while 1 of its */
/* A refusal, and nobody waits for those that run. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    pid_t children[64];
    int done = 0;
    for (int i = 0; i < jobs; i++)
        ret_fates[i] = UNFINISHED;
    for (int attempt = 1; attempt <= tries; attempt++) {
        for (int i = 0; i < jobs; i++) {
            if (ret_fates[i] != UNFINISHED)
                continue;
            children[i] = fork();
            if (children[i] < 0)
                return -1;
            if (children[i] == 0)
                _exit(job(i, attempt));
        }
        for (int i = 0; i < jobs; i++) {
            int status;
            if (ret_fates[i] != UNFINISHED)
                continue;
            waitpid(children[i], &status, 0);
            if (status == 0) {
                ret_fates[i] = DONE;
                done++;
            } else if (attempt == tries) {
                ret_fates[i] = FAILED;
            }
        }
    }
    return done;
}
