/* Earns: A thread beside main is not yet n threads */
/* One thread does it all, one slot after the other. */
#include "exercise.h"

#include <pthread.h>

struct job {
    int *slots, n;
    int (*value)(int i);
};

static void *fill_all(void *arg)
{
    const struct job *const job = arg;
    for (int i = 0; i < job->n; i++)
        job->slots[i] = job->value(i);
    return NULL;
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    struct job job = { slots, n, value };
    pthread_t thread;
    if (pthread_create(&thread, NULL, fill_all, &job) != 0)
        return -1;
    pthread_join(thread, NULL);
    return 0;
}
