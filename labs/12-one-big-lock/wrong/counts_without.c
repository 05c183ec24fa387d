/* Earns: interpreter_calls was called before wait_for */
/* Only a number, and only read: what is there to lock? */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    const long calls = interpreter_calls(in);
    const long value = wait_for(arg);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_set_calls(in, calls + 1);
}
