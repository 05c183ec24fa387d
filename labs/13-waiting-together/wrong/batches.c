/* Earns: and nobody came for request */
/* `width` at a time, and all of them joined before the next `width`. */
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
    struct job *const jobs = calloc((size_t)width, sizeof(*jobs));
    if (jobs == NULL)
        return -1;
    int rc = 0;
    for (int first = 0; rc == 0 && first < requests; first += width) {
        int made = 0;
        while (rc == 0 && made < width && first + made < requests) {
            jobs[made].request = first + made;
            jobs[made].handle = handle;
            rc = pthread_create(&jobs[made].thread, NULL, work, &jobs[made]);
            made += rc == 0;
        }
        for (int i = 0; i < made; i++)
            pthread_join(jobs[i].thread, NULL);
    }
    free(jobs);
    return rc == 0 ? 0 : -1;
}
