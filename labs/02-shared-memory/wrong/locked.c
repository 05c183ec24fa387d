/* Earns: nothing here that they must keep each other away from */
/* A lock around the whole work: n threads, and one at a time inside. */
#include "exercise.h"

#include <pthread.h>

struct job {
    pthread_t thread;
    int *slot, i;
    int (*value)(int i);
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *fill_slot(void *arg)
{
    const struct job *const job = arg;
    pthread_mutex_lock(&lock);
    *job->slot = job->value(job->i);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    struct job jobs[64];
    for (int i = 0; i < n; i++) {
        jobs[i] = (struct job){ .slot = &slots[i], .i = i, .value = value };
        if (pthread_create(&jobs[i].thread, NULL, fill_slot, &jobs[i]) != 0)
            return -1;
    }
    for (int i = 0; i < n; i++)
        pthread_join(jobs[i].thread, NULL);
    return 0;
}
