/* Earns on 64 bits: Such numbers do not fit into an int */
/* Where a part begins and ends is kept in an int. */
#include "exercise.h"

#include <pthread.h>

struct job {
    pthread_t thread;
    int from, to;
    long counted;
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
    struct job jobs[64];
    long total = 0;
    int made = 0;
    for (; made < workers; made++) {
        struct job *const job = &jobs[made];
        *job = (struct job){ .count = count };
        job->from = (int)(begin + (end - begin) * made / workers);
        job->to = (int)(begin + (end - begin) * (made + 1) / workers);
        if (pthread_create(&job->thread, NULL, count_part, job) != 0)
            break;
    }
    for (int i = 0; i < made; i++) {
        pthread_join(jobs[i].thread, NULL);
        total += jobs[i].counted;
    }
    *ret_total = total;
    return made == workers ? 0 : -1;
}
