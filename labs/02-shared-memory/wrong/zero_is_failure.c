/* Earns: How does pthread_create say that the thread is there? */
/* Zero is taken for a refusal. */
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
    static struct job jobs[64];
    for (int i = 0; i < n; i++) {
        jobs[i] = (struct job){ .slot = &slots[i], .i = i, .value = value };
        if (pthread_create(&jobs[i].thread, NULL, fill_slot, &jobs[i]) == 0)
            return -1;
    }
    return 0;
}
