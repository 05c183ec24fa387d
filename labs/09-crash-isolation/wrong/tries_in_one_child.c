/* Earns: had the first one crashed, there would have been no second */
/* The loop over the attempts is inside the child. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++) {
        const pid_t child = fork();
        if (child < 0)
            return -1;
        if (child == 0) {
            for (int attempt = 1; attempt < tries; attempt++)
                if (job(i, attempt) == 0)
                    _exit(0);
            _exit(job(i, tries));
        }
        int status;
        waitpid(child, &status, 0);
        ret_fates[i] = status == 0 ? DONE : FAILED;
        done += status == 0;
    }
    return done;
}
