/* Another thread waits; this one has let go, and waits for that one. */
#include "exercise.h"

#include <pthread.h>

struct errand {
    long (*wait_for)(void *arg);
    void *arg;
    long value;
};

static void *run_errand(void *arg)
{
    struct errand *const errand = arg;
    errand->value = errand->wait_for(errand->arg);
    return NULL;
}

void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg)
{
    struct errand errand = { wait_for, arg, 0 };
    pthread_t helper;
    interpreter_unlock(in);
    if (pthread_create(&helper, NULL, run_errand, &errand) == 0)
        pthread_join(helper, NULL);
    else
        run_errand(&errand);
    interpreter_lock(in);
    interpreter_push(in, errand.value);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
}
