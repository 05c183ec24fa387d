/* Earns: How many there are is the caller */
/* The caller helps, and is not counted: one more than was asked for. */
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
    struct job jobs[64];
    long total = 0;
    const long size = end - begin, n = workers + 1;
    for (int i = 0; i < workers; i++) {
        jobs[i] = (struct job){ .from = begin + size * i / n,
                                .to = begin + size * (i + 1) / n,
                                .count = count };
        if (pthread_create(&jobs[i].thread, NULL, count_part, &jobs[i]) != 0)
            return -1;
    }
    total = count(begin + size * workers / n, end);
    for (int i = 0; i < workers; i++) {
        pthread_join(jobs[i].thread, NULL);
        total += jobs[i].counted;
    }
    *ret_total = total;
    return 0;
}
