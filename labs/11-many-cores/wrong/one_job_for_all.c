/* Earns: both get the address of one variable */
/* One struct for all, filled in anew while they start. */
#include "exercise.h"

#include <pthread.h>

struct job {
    pthread_t thread;
    long from, to, counted;
    long (*count)(long from, long to);
};

static void *count_part(void *arg)
{
    struct job *const job = arg;
    job->counted = job->count(job->from, job->to);
    return NULL;
}

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    struct job job = { .count = count };
    pthread_t threads[64];
    long total = 0;
    for (int i = 0; i < workers; i++) {
        job.from = begin + (end - begin) * i / workers;
        job.to = begin + (end - begin) * (i + 1) / workers;
        if (pthread_create(&threads[i], NULL, count_part, &job) != 0)
            return -1;
    }
    for (int i = 0; i < workers; i++) {
        pthread_join(threads[i], NULL);
        total += job.counted;
    }
    *ret_total = total;
    return 0;
}
