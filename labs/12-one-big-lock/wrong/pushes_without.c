/* Earns: interpreter_push was called after wait_for */
/* Back from the wait, and at the interpreter at once. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    const long value = wait_for(arg);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
    interpreter_lock(in);
}
