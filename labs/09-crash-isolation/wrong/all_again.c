/* Earns: and was run again: twice paid, twice mailed */
/* While anything has failed, everything is started again. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    pid_t children[64];
    int done = 0;
    for (int attempt = 1; attempt <= tries && done < jobs; attempt++) {
        for (int i = 0; i < jobs; i++) {
            children[i] = fork();
            if (children[i] == 0)
                _exit(job(i, attempt));
        }
        done = 0;
        for (int i = 0; i < jobs; i++) {
            int status;
            waitpid(children[i], &status, 0);
            ret_fates[i] = status == 0 ? DONE : FAILED;
            done += status == 0;
        }
    }
    return done;
}
