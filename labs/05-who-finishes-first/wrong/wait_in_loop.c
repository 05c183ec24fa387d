/* Earns: each is joined before the next is started */
/* The same with processes. */
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
        waitpid(pids[made], NULL, 0);
        ret_order[made] = made;
    }
    return made == n ? 0 : -1;
}
