/* Earns: wait_for was called 2 times */
/* Is there something? Then get it. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    long value = 0;
    if (wait_for(arg) != 0)
        value = wait_for(arg);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
