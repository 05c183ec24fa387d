/* Earns: count(from, to) looks at `from`, but not at */
/* Each part ends before the next begins, one number too early. */
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
    const long each = (end - begin) / workers;
    for (int i = 0; i < workers; i++) {
        const int is_last = i == workers - 1;
        jobs[i] =
            (struct job){ .from = begin + i * each,
                          .to = is_last ? end : begin + (i + 1) * each - 1,
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
