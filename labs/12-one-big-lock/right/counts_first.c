/* Counted before the wait, under the same lock: then it is done. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_set_calls(in, interpreter_calls(in) + 1);
    interpreter_unlock(in);
    const long value = wait_for(arg);
    interpreter_lock(in);
    interpreter_push(in, value);
}
