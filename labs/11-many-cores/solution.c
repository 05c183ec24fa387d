// starter: /* Exercise 11: split a range, count the parts side by side. Read
// starter:  * exercise.h first: it says what each number is owed, and who may be
// starter:  * a worker. Write your answer here, then
// starter:  *
// starter:  *     scripts/lab check 11
// starter:  *
// starter:  * As it stands, nothing is counted. */
// solution begins
/* Exercise 11, solved: by threads, each with one part. Notice that the parts
 * meet because one formula says where each begins, and where the one before it
 * ends; and that the rest of the division is spread, not dropped. */
// solution ends
#include "exercise.h"

// solution begins
#include <pthread.h>
#include <stdlib.h>

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

/* Where part i of n begins. The first `size % n` parts have one number more. */
static long border(long begin, long size, int i, int n)
{
    const long rest = size % n;
    return begin + size / n * i + (i < rest ? i : rest);
}

// solution ends
int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    // solution begins
    struct job *const jobs = calloc((size_t)workers, sizeof(*jobs));
    if (jobs == NULL)
        return -1;

    int started = 0;
    for (; started < workers; started++) {
        struct job *const job = &jobs[started];
        job->from = border(begin, end - begin, started, workers);
        job->to = border(begin, end - begin, started + 1, workers);
        job->count = count;
        if (pthread_create(&job->thread, NULL, count_part, job) != 0)
            break;
    }

    /* Each has a place of its own for its result; it is read after the join. */
    long total = 0;
    for (int i = 0; i < started; i++) {
        pthread_join(jobs[i].thread, NULL);
        total += jobs[i].counted;
    }
    free(jobs);
    if (started < workers)
        return -1;
    *ret_total = total;
    return 0;
    // solution ends
    // starter: (void)begin;
    // starter: (void)end;
    // starter: (void)workers;
    // starter: (void)count;
    // starter: (void)ret_total;
    // starter: return -1;
}
