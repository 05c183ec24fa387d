/* Earns: How many there are is the caller */
/* As many workers as there are numbers. */
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
    static struct job jobs[10000];
    long total = 0, made = 0;
    (void)workers;
    for (long n = begin; n < end; n++) {
        struct job *const job = &jobs[made];
        *job = (struct job){ .from = n, .to = n + 1, .count = count };
        if (pthread_create(&job->thread, NULL, count_part, job) != 0)
            break;
        made++;
    }
    for (long i = 0; i < made; i++) {
        pthread_join(jobs[i].thread, NULL);
        total += jobs[i].counted;
    }
    *ret_total = total;
    return made == end - begin ? 0 : -1;
}
