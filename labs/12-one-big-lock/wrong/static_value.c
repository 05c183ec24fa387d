/* Earns: another one has overwritten */
/* One place for what all of them bring. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    static long value;
    interpreter_unlock(in);
    value = wait_for(arg);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
