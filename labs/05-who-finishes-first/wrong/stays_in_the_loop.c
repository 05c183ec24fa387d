/* Earns: goes on in the loop that made it */
/* The child works, and then makes workers of its own. */
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
        if (pids[made] == 0)
            work(made);
    }
    for (int done = 0; done < made; done++) {
        const pid_t pid = wait(NULL);
        for (int i = 0; i < made; i++)
            if (pids[i] == pid)
                ret_order[done] = i;
    }
    return made == n ? 0 : -1;
}
