/* Earns: not what you remember of it */
/* Under the lock, both times; and in between it is let go. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    const long value = wait_for(arg);
    interpreter_lock(in);
    interpreter_push(in, value);
    const long calls = interpreter_calls(in);
    interpreter_unlock(in);
    interpreter_lock(in);
    interpreter_set_calls(in, calls + 1);
}
