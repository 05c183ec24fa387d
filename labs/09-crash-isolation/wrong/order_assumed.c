/* Earns: was it this job's child that had failed? */
/* The first end is taken for the end of the first job. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++)
        ret_fates[i] = UNFINISHED;
    for (int attempt = 1; attempt <= tries; attempt++) {
        for (int i = 0; i < jobs; i++) {
            if (ret_fates[i] == UNFINISHED && fork() == 0)
                _exit(job(i, attempt));
        }
        for (int i = 0; i < jobs; i++) {
            int status;
            if (ret_fates[i] != UNFINISHED)
                continue;
            wait(&status);
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
