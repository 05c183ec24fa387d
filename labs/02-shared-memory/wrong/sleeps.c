/* Earns: Neither a sleep nor the end of one thread */
/* Long enough, on this machine, for this value: a bet. */
#include "exercise.h"

#include <pthread.h>
#include <unistd.h>

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
        if (pthread_create(&jobs[i].thread, NULL, fill_slot, &jobs[i]) != 0)
            return -1;
    }
    usleep(20000);
    return 0;
}
