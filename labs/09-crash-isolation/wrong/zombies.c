/* Earns: nobody asked how: as a zombie */
/* A pipe tells that all went well, or by its end that it did not. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++) {
        ret_fates[i] = FAILED;
        for (int attempt = 1; attempt <= tries; attempt++) {
            int ends[2];
            char well = 0;
            if (pipe(ends) < 0)
                return -1;
            const pid_t child = fork();
            if (child < 0)
                return -1;
            if (child == 0) {
                const int status = job(i, attempt);
                if (status == 0)
                    write(ends[1], "+", 1);
                _exit(status);
            }
            close(ends[1]);
            const int done_well = read(ends[0], &well, 1) == 1;
            close(ends[0]);
            if (done_well) {
                ret_fates[i] = DONE;
                done++;
                break;
            }
        }
    }
    return done;
}
