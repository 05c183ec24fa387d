/* Earns: what is -1 % 4 in C? */
/* Each takes the numbers with its own rest: n % 4 is never 3 below 0. */
#include "exercise.h"

#include <pthread.h>

struct job {
    pthread_t thread;
    long from, to, number, of, counted;
    long (*count)(long from, long to);
};

static void *count_part(void *arg)
{
    struct job *const job = arg;
    for (long n = job->from; n < job->to; n++)
        if (n % job->of == job->number)
            job->counted += job->count(n, n + 1);
    return NULL;
}

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    struct job jobs[64];
    for (int i = 0; i < workers; i++) {
        jobs[i] = (struct job){
            .from = begin, .to = end, .number = i, .of = workers, .count = count
        };
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
