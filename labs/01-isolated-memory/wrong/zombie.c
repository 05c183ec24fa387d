/* Earns: as a zombie it keeps its place */
/* The result comes through a pipe; that the child has to be reaped all the
 * same is forgotten. */
#include "exercise.h"

#include <unistd.h>

int run_in_child(int (*task)(void))
{
    int ends[2];
    if (pipe(ends) < 0)
        return NO_CHILD;
    const pid_t child = fork();
    if (child == 0) {
        const int code = task() & 0xff;
        _exit(write(ends[1], &code, sizeof(code)) < 0);
    }

    int code = NO_CHILD;
    close(ends[1]);
    if (child > 0 && read(ends[0], &code, sizeof(code)) < 0)
        code = NO_CHILD;
    close(ends[0]);
    return code;
}
