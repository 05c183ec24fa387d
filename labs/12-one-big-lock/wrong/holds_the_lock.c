/* Earns: could not get the lock until that wait was over */
/* Whoever waits keeps the lock, to be safe. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    const long value = wait_for(arg);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
