/* Earns: could not get the lock until that wait was over */
/* Others may run, but only when the wait is over. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    const long value = wait_for(arg);
    interpreter_unlock(in);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
