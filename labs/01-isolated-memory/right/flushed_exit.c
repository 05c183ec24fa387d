/* exit() is harmless once nothing waits to be printed; and the bits of the
 * status can be taken apart by hand. */
#include "exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    fflush(NULL);
    const pid_t child = fork();
    switch (child) {
    case -1:
        return NO_CHILD;
    case 0:
        exit(task());
    }

    int status;
    waitpid(child, &status, 0);
    const int signal = status & 0x7f;
    return signal != 0 ? -signal : status >> 8 & 0xff;
}
