/* Earns: goes into its own copy */
/* n children sign n lists. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_all(int n, void (*work)(int i), int *ret_order)
{
    int made = 0, done = 0;
    for (; made < n; made++) {
        const pid_t pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            work(made);
            ret_order[done++] = made;
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    return made == n ? 0 : -1;
}
