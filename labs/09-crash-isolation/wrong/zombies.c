/* Earns: nobody asked how: as a zombie */
/* WNOWAIT: the end is looked at, and left for somebody else. */
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
            const pid_t child = fork();
            if (child < 0)
                return -1;
            if (child == 0)
                _exit(job(i, attempt));
            siginfo_t end;
            waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT);
            if (end.si_code == CLD_EXITED && end.si_status == 0) {
                ret_fates[i] = DONE;
                done++;
                break;
            }
        }
    }
    return done;
}
