/* All that is not finished runs at the same time; then the next round. */
#include "exercise.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int start_round(int jobs, int attempt, int (*job)(int i, int attempt),
                       const enum fate *fates, pid_t *children)
{
    int refused = 0;
    for (int i = 0; i < jobs; i++) {
        children[i] = 0;
        if (fates[i] != UNFINISHED)
            continue;
        children[i] = fork();
        if (children[i] == 0)
            _exit(job(i, attempt));
        refused += children[i] < 0;
    }
    return refused;
}

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    pid_t *const children = calloc((size_t)jobs, sizeof(*children));
    if (children == NULL)
        return -1;
    for (int i = 0; i < jobs; i++)
        ret_fates[i] = UNFINISHED;

    int done = 0, refused = 0;
    for (int attempt = 1; attempt <= tries && refused == 0; attempt++) {
        refused = start_round(jobs, attempt, job, ret_fates, children);
        for (int i = 0; i < jobs; i++) {
            int status;
            if (children[i] <= 0)
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
    free(children);
    return refused > 0 ? -1 : done;
}
