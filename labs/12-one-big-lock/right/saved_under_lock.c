/* The value waits in a place of this thread, the number in none. */
#include "exercise.h"

static _Thread_local long outcome;

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    outcome = wait_for(arg);
    interpreter_lock(in);
    const long calls = interpreter_calls(in);
    interpreter_set_calls(in, calls + 1);
    interpreter_push(in, outcome);
}
