/* Earns: The others were there, and waited for it to come out */
/* A lock around the whole work: one at a time. */
#include "exercise.h"

#include <pthread.h>

struct job {
    pthread_t thread;
    long from, to, counted;
    long (*count)(long from, long to);
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *count_part(void *arg)
{
    struct job *const job = arg;
    pthread_mutex_lock(&lock);
    job->counted = job->count(job->from, job->to);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    struct job jobs[64];
    long total = 0;
    for (int i = 0; i < workers; i++) {
        jobs[i] = (struct job){ .from = begin + (end - begin) * i / workers,
                                .to = begin + (end - begin) * (i + 1) / workers,
                                .count = count };
        if (pthread_create(&jobs[i].thread, NULL, count_part, &jobs[i]) != 0)
            return -1;
    }
    for (int i = 0; i < workers; i++) {
        pthread_join(jobs[i].thread, NULL);
        total += jobs[i].counted;
    }
    *ret_total = total;
    return 0;
}
