/* Earns: the order in which they were started */
/* One child after the other is asked for, in the order of their making. */
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
    for (int i = 0; i < made; i++) {
        waitpid(pids[i], NULL, 0);
        ret_order[i] = i;
    }
    return made == n ? 0 : -1;
}
