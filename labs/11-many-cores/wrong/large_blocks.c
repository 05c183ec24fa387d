/* Earns: The others had nothing to count */
/* Blocks of 1000 are dealt, however small the range is. */
#include "exercise.h"

#include <pthread.h>

enum { BLOCK = 1000 };

struct job {
    pthread_t thread;
    long from, to, step, counted;
    long (*count)(long from, long to);
};

static void *count_part(void *arg)
{
    struct job *const job = arg;
    for (long from = job->from; from < job->to; from += job->step) {
        const long rest = job->to - from;
        job->counted += job->count(from, from + (rest < BLOCK ? rest : BLOCK));
    }
    return NULL;
}

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    struct job jobs[64];
    for (int i = 0; i < workers; i++) {
        jobs[i] = (struct job){ .from = begin + i * BLOCK,
                                .to = end,
                                .step = (long)workers * BLOCK,
                                .count = count };
        if (pthread_create(&jobs[i].thread, NULL, count_part, &jobs[i]) != 0) {
            while (i-- > 0)
                pthread_join(jobs[i].thread, NULL);
            return -1;
        }
    }
    *ret_total = 0;
    for (int i = 0; i < workers; i++) {
        pthread_join(jobs[i].thread, NULL);
        *ret_total += jobs[i].counted;
    }
    return 0;
}
