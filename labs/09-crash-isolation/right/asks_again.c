/* Goes round and asks each child whether it has ended, with a nap in between; a
 * job is started again at once. A child that was refused is tried again, a few
 * times. */
#include "exercise.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAP_US = 200, REFUSALS_MOST = 10 };

struct attempt {
    pid_t child; /* 0: none now */
    int number;
};

static void start(struct attempt *own, int i, int (*job)(int i, int attempt))
{
    const pid_t child = fork();
    if (child == 0)
        _exit(job(i, own->number + 1));
    if (child < 0)
        return;
    own->child = child;
    own->number++;
}

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    struct attempt *const all = calloc((size_t)jobs, sizeof(*all));
    int done = 0, failed = 0, refusals = 0, running = 0;
    for (int i = 0; i < jobs; i++)
        ret_fates[i] = UNFINISHED;
    while (done + failed < jobs && (refusals < REFUSALS_MOST || running > 0)) {
        for (int i = 0; i < jobs; i++) {
            struct attempt *const own = &all[i];
            int status;
            if (ret_fates[i] != UNFINISHED)
                continue;
            if (own->child == 0 && refusals < REFUSALS_MOST) {
                start(own, i, job);
                running += own->child > 0;
                refusals += own->child == 0;
            }
            if (own->child == 0 || waitpid(own->child, &status, WNOHANG) == 0)
                continue;
            own->child = 0;
            running--;
            if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
                ret_fates[i] = DONE;
                done++;
            } else if (own->number == tries) {
                ret_fates[i] = FAILED;
                failed++;
            }
        }
        usleep(NAP_US);
    }
    free(all);
    return done + failed < jobs ? -1 : done;
}
