/* Earns: could not get the lock until that wait was over */
/* A break for the others first; the wait itself is with the lock. */
#include "exercise.h"

#include <sched.h>

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    sched_yield();
    interpreter_lock(in);
    const long value = wait_for(arg);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
