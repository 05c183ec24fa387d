/* Earns: It did call pthread_join, which refused */
/* Each thread is detached, and then joined, for good measure. */
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
    int made = 0;
    for (; made < n; made++) {
        jobs[made] = (struct job){ .slot = &slots[made], made, value };
        if (pthread_create(&jobs[made].thread, NULL, fill_slot, &jobs[made]) !=
            0)
            break;
        pthread_detach(jobs[made].thread);
    }
    for (int i = 0; i < made; i++)
        pthread_join(jobs[i].thread, NULL);
    return made == n ? 0 : -1;
}
