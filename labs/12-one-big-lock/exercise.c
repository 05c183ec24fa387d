/* Exercise 12: let go of the big lock while you wait. Read exercise.h
 * first: it says who may touch what, and when. Write your answer here,
 * then
 *
 *     scripts/lab check 12
 *
 * As it stands, all threads stand still while one of them waits. */
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    const long value = wait_for(arg);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
