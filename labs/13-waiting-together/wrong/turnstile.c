/* Earns: One that only waits for its turn */
/* A semaphore lets `width` of them in; but all have been made, and queue. */
#include "exercise.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static sem_t places;

struct job {
    pthread_t thread;
    int request;
    void (*handle)(int request);
};

static void *work(void *arg)
{
    const struct job *const job = arg;
    sem_wait(&places);
    job->handle(job->request);
    sem_post(&places);
    return NULL;
}

int serve(int requests, int width, void (*handle)(int request))
{
    struct job *const jobs = calloc((size_t)requests + 1, sizeof(*jobs));
    sem_init(&places, 0, (unsigned)width);
    if (jobs == NULL)
        return -1;
    int made = 0;
    for (; made < requests; made++) {
        jobs[made].request = made;
        jobs[made].handle = handle;
        if (pthread_create(&jobs[made].thread, NULL, work, &jobs[made]) != 0)
            break;
    }
    for (int i = 0; i < made; i++)
        pthread_join(jobs[i].thread, NULL);
    free(jobs);
    return made == requests ? 0 : -1;
}
