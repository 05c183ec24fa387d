/* Earns: The big lock was free; the others waited */
/* The big lock is let go, and a small one is held instead. */
#include "exercise.h"

#include <pthread.h>

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    static pthread_mutex_t small = PTHREAD_MUTEX_INITIALIZER;
    interpreter_unlock(in);
    pthread_mutex_lock(&small);
    const long value = wait_for(arg);
    pthread_mutex_unlock(&small);
    interpreter_lock(in);
    interpreter_push(in, value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
