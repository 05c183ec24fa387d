/* Earns: all threads get the address of one variable */
/* A struct does not help if there is only one: each turn overwrites it. */
#include "exercise.h"

#include <pthread.h>

struct job {
    int *slot, i;
    int (*value)(int i);
};

static void *fill_slot(void *arg)
{
    const struct job *const job = arg;
    *job->slot = job->value(job->i);
    return NULL;
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    pthread_t threads[64];
    struct job job = { .value = value };
    for (int i = 0; i < n; i++) {
        job.slot = &slots[i];
        job.i = i;
        if (pthread_create(&threads[i], NULL, fill_slot, &job) != 0)
            return -1;
    }
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
