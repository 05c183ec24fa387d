/* Each worker hands one half of its numbers, and of its helpers, to a new
 * thread, until it is alone. The sum comes back the same way. */
#include "exercise.h"

#include <pthread.h>
#include <stdbool.h>

struct job {
    long from, to, counted;
    int workers;
    long (*count)(long from, long to);
    bool complete;
};

static void *count_part(void *arg)
{
    struct job *const job = arg;
    if (job->workers == 1) {
        job->counted = job->count(job->from, job->to);
        job->complete = true;
        return NULL;
    }

    const int ours = job->workers / 2;
    const long middle = job->from + (job->to - job->from) * ours / job->workers;
    struct job left = { job->from, middle, 0, ours, job->count, false };
    struct job right = { middle,     job->to, 0, job->workers - ours,
                         job->count, false };
    pthread_t helper;
    if (pthread_create(&helper, NULL, count_part, &right) != 0)
        return NULL;
    count_part(&left);
    pthread_join(helper, NULL);
    job->counted = left.counted + right.counted;
    job->complete = left.complete && right.complete;
    return NULL;
}

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    struct job all = { begin, end, 0, workers, count, false };
    count_part(&all);
    *ret_total = all.counted;
    return all.complete ? 0 : -1;
}
