/* Earns: could not get the lock until that wait was over */
/* A child waits instead, and the parent for the child. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    long value = 0;
    int ends[2];
    if (pipe(ends) < 0)
        return;
    const pid_t child = fork();
    if (child == 0) {
        value = wait_for(arg);
        _exit(write(ends[1], &value, sizeof(value)) < 0);
    }
    waitpid(child, NULL, 0);
    if (read(ends[0], &value, sizeof(value)) < 0)
        value = -1;
    close(ends[0]);
    close(ends[1]);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
