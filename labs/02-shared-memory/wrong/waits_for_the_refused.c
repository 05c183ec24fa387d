/* Earns: waits for ever for something that this thread was to do */
/* n posts are awaited, however many threads there are to post. */
#include "exercise.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t done;

struct job {
    int *slot, i;
    int (*value)(int i);
};

static void *fill_slot(void *arg)
{
    const struct job *const job = arg;
    *job->slot = job->value(job->i);
    sem_post(&done);
    return NULL;
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    struct job jobs[64];
    int made = 0;
    sem_init(&done, 0, 0);
    for (int i = 0; i < n; i++) {
        pthread_t thread;
        jobs[i] = (struct job){ &slots[i], i, value };
        if (pthread_create(&thread, NULL, fill_slot, &jobs[i]) != 0)
            continue;
        pthread_detach(thread);
        made++;
    }
    for (int i = 0; i < n; i++)
        sem_wait(&done);
    return made == n ? 0 : -1;
}
