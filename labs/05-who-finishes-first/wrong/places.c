/* Earns: These are the places */
/* A place for each worker, not a worker for each place. */
#include "exercise.h"

#include <pthread.h>

static struct {
    pthread_mutex_t lock;
    int *order, done;
    void (*work)(int i);
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

struct worker {
    pthread_t thread;
    int i;
};

static void *run(void *arg)
{
    const struct worker *const w = arg;
    all.work(w->i);
    pthread_mutex_lock(&all.lock);
    all.order[w->i] = all.done++;
    pthread_mutex_unlock(&all.lock);
    return NULL;
}

int run_all(int n, void (*work)(int i), int *ret_order)
{
    static struct worker workers[64];
    int made = 0;
    all.order = ret_order;
    all.work = work;
    all.done = 0;
    for (; made < n; made++) {
        struct worker *const w = &workers[made];
        w->i = made;
        if (pthread_create(&w->thread, NULL, run, w) != 0)
            break;
    }
    for (int i = 0; i < made; i++)
        pthread_join(workers[i].thread, NULL);
    return made == n ? 0 : -1;
}
