/* Takes the lock once for each thing, and keeps it at the end. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    const long value = wait_for(arg);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_unlock(in);
    interpreter_lock(in);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
