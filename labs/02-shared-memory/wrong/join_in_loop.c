/* Earns: each thread is joined before the next is */
/* One loop for both: n threads, and never two at a time. */
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

int fill_slots(int *slots, int n, int (*value)(int i))
{
    for (int i = 0; i < n; i++) {
        struct job job = { .slot = &slots[i], .i = i, .value = value };
        if (pthread_create(&job.thread, NULL, fill_slot, &job) != 0)
            return -1;
        pthread_join(job.thread, NULL);
    }
    return 0;
}
