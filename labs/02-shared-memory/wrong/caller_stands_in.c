/* Earns: and the caller's own thread called value(2) in its place */
/* Where no thread could be made, the caller does its work. */
#include "exercise.h"

#include <pthread.h>
#include <stdbool.h>

struct job {
    pthread_t thread;
    bool made;
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
        jobs[i].made =
            pthread_create(&jobs[i].thread, NULL, fill_slot, &jobs[i]) == 0;
        if (!jobs[i].made)
            fill_slot(&jobs[i]);
    }
    for (int i = 0; i < n; i++)
        if (jobs[i].made)
            pthread_join(jobs[i].thread, NULL);
    return 0;
}
