// starter: /* Exercise 12: let go of the big lock while you wait. Read exercise.h
// starter:  * first: it says who may touch what, and when. Write your answer here,
// starter:  * then
// starter:  *
// starter:  *     scripts/lab check 12
// starter:  *
// starter:  * As it stands, all threads stand still while one of them waits. */
// solution begins
/* Exercise 12, solved: nothing that belongs to the interpreter is carried in a
 * variable across the time in which it belongs to others. */
// solution ends
#include "exercise.h"

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    // solution begins
    interpreter_unlock(in);
    // solution ends
    const long value = wait_for(arg);
    // solution begins
    interpreter_lock(in);

    // solution ends
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
