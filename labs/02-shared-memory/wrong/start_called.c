/* Earns: The caller's own thread called value(0) itself */
/* fill_slot(job) with parentheses is a call, and main makes it. */
#include "exercise.h"

#include <pthread.h>

struct job {
    pthread_t thread;
    int *slot, i;
    int (*value)(int i);
};

static void *fill_slot(void *arg)
{
    const struct job *const job = arg;
    *job->slot = job->value(job->i);
    return NULL;
}

static void *nothing(void *arg)
{
    return arg;
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    struct job jobs[64];
    for (int i = 0; i < n; i++) {
        jobs[i] = (struct job){ .slot = &slots[i], .i = i, .value = value };
        if (pthread_create(&jobs[i].thread, NULL, nothing,
                           fill_slot(&jobs[i])) != 0)
            return -1;
    }
    for (int i = 0; i < n; i++)
        pthread_join(jobs[i].thread, NULL);
    return 0;
}
