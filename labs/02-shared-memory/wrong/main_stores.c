/* Earns: was left for somebody else to store */
/* The thread carries its number home, as a process would have to. */
#include "exercise.h"

#include <pthread.h>
#include <stdint.h>

struct job {
    pthread_t thread;
    int i;
    int (*value)(int i);
};

static void *fill_slot(void *arg)
{
    const struct job *const job = arg;
    return (void *)(intptr_t)job->value(job->i);
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    struct job jobs[64];
    for (int i = 0; i < n; i++) {
        jobs[i] = (struct job){ .i = i, .value = value };
        if (pthread_create(&jobs[i].thread, NULL, fill_slot, &jobs[i]) != 0)
            return -1;
    }
    for (int i = 0; i < n; i++) {
        void *found;
        pthread_join(jobs[i].thread, &found);
        slots[i] = (int)(intptr_t)found;
    }
    return 0;
}
