/* Earns: without having pushed it */
/* The result is for nobody. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    interpreter_unlock(in);
    wait_for(arg);
    interpreter_lock(in);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
