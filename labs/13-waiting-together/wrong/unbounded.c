/* Earns: One that only waits for its turn */
/* A thread for each request: with a thousand requests, a thousand threads. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
    pthread_t thread;
    int request;
    void (*handle)(int request);
};

static void *work(void *arg)
{
    const struct job *const job = arg;
    job->handle(job->request);
    return NULL;
}

int serve(int requests, int width, void (*handle)(int request))
{
    struct job *const jobs = calloc((size_t)requests + 1, sizeof(*jobs));
    (void)width;
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
