/* Earns: whatever the others have used up */
/* One count of failures for all the jobs together. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0, failures = 0;
    for (int i = 0; i < jobs; i++) {
        ret_fates[i] = FAILED;
        for (int attempt = 1; ret_fates[i] == FAILED; attempt++) {
            const pid_t child = fork();
            if (child < 0)
                return -1;
            if (child == 0)
                _exit(job(i, attempt));
            int status;
            waitpid(child, &status, 0);
            if (status == 0) {
                ret_fates[i] = DONE;
                done++;
            } else if (++failures >= tries) {
                break;
            }
        }
    }
    return done;
}
