/* Earns: by a thread that did not have the lock any more */
/* Let go before the wait, and once more after it. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    const long value = wait_for(arg);
    interpreter_unlock(in);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
