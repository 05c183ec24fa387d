/* Each worker looks at the clock as it leaves; main sorts. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static void (*the_work)(int i);

struct worker {
    pthread_t thread;
    int i;
    struct timespec done;
};

static int by_time(const void *a, const void *b)
{
    const struct timespec *const x = &((const struct worker *)a)->done;
    const struct timespec *const y = &((const struct worker *)b)->done;
    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

static void *run(void *arg)
{
    struct worker *const w = arg;
    the_work(w->i);
    clock_gettime(CLOCK_MONOTONIC, &w->done);
    return NULL;
}

int run_all(int n, void (*work)(int i), int *ret_order)
{
    static struct worker workers[64];
    int made = 0;
    the_work = work;
    for (; made < n; made++) {
        struct worker *const w = &workers[made];
        w->i = made;
        if (pthread_create(&w->thread, NULL, run, w) != 0)
            break;
    }
    for (int i = 0; i < made; i++)
        pthread_join(workers[i].thread, NULL);
    qsort(workers, (size_t)made, sizeof(*workers), by_time);
    for (int k = 0; k < made; k++)
        ret_order[k] = workers[k].i;
    return made == n ? 0 : -1;
}
