/* A supervisor for each job, in a process of its own: its exit status is what
 * became of the job. */
#include "exercise.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static enum fate supervise_one(int i, int tries, int (*job)(int, int))
{
    for (int attempt = 1; attempt <= tries; attempt++) {
        const pid_t child = fork();
        if (child < 0)
            return UNFINISHED;
        if (child == 0)
            exit(job(i, attempt));
        siginfo_t end;
        if (waitid(P_PID, (id_t)child, &end, WEXITED) < 0)
            return UNFINISHED;
        if (end.si_code == CLD_EXITED && end.si_status == 0)
            return DONE;
    }
    return FAILED;
}

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    pid_t *const children = malloc((size_t)jobs * sizeof(*children));
    if (children == NULL)
        return -1;
    for (int i = 0; i < jobs; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit((int)supervise_one(i, tries, job));
    }

    int done = 0, unfinished = 0;
    for (int i = 0; i < jobs; i++) {
        int status = 0;
        ret_fates[i] = UNFINISHED;
        if (children[i] > 0 && waitpid(children[i], &status, 0) > 0)
            ret_fates[i] = (enum fate)WEXITSTATUS(status);
        done += ret_fates[i] == DONE;
        unfinished += ret_fates[i] == UNFINISHED;
    }
    free(children);
    return unfinished > 0 ? -1 : done;
}
