/* A thread for each request, made when one of `width` places is free. */
#include "exercise.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

struct job {
    pthread_t thread;
    sem_t *places;
    int request;
    void (*handle)(int request);
};

static void *work(void *arg)
{
    const struct job *const job = arg;
    job->handle(job->request);
    sem_post(job->places);
    return NULL;
}

int serve(int requests, int width, void (*handle)(int request))
{
    struct job *const jobs = calloc((size_t)requests + 1, sizeof(*jobs));
    sem_t places;
    if (jobs == NULL)
        return -1;
    sem_init(&places, 0, (unsigned)width);
    int made = 0;
    for (; made < requests; made++) {
        struct job *const job = &jobs[made];
        *job = (struct job){ .places = &places,
                             .request = made,
                             .handle = handle };
        sem_wait(&places);
        if (pthread_create(&job->thread, NULL, work, job) != 0)
            break;
    }
    for (int i = 0; i < made; i++)
        pthread_join(jobs[i].thread, NULL);
    sem_destroy(&places);
    free(jobs);
    return made == requests ? 0 : -1;
}
