/* Earns: One alone counted all that was counted */
/* A thread beside main, and it does everything. */
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
    struct job job = { .from = begin, .to = end, .count = count };
    (void)workers;
    if (pthread_create(&job.thread, NULL, count_part, &job) != 0)
        return -1;
    pthread_join(job.thread, NULL);
    *ret_total = job.counted;
    return 0;
}
