/* Earns: op_read was called once, and now it is 1 */
/* The number is set, not raised. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    const long value = wait_for(arg);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_set_calls(in, 1);
}
