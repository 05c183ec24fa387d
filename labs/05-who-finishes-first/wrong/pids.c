/* Earns: a pid is none of them */
/* What wait() gives back is put into the list as it is. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_all(int n, void (*work)(int i), int *ret_order)
{
    pid_t pids[64];
    int made = 0;
    for (; made < n; made++) {
        pids[made] = fork();
        if (pids[made] < 0)
            break;
        if (pids[made] == 0) {
            work(made);
            _exit(0);
        }
    }
    for (int done = 0; done < made; done++)
        ret_order[done] = wait(NULL);
    return made == n ? 0 : -1;
}
