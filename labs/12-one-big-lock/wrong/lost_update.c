/* Earns: not what you remember of it */
/* The number is fetched before the wait, and written after it. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    const long calls = interpreter_calls(in);
    interpreter_unlock(in);
    const long value = wait_for(arg);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_set_calls(in, calls + 1);
}
