/* Earns: all get the address of one variable */
/* &made is one address. */
#include "exercise.h"

#include <pthread.h>

static struct {
    pthread_mutex_t lock;
    int *order, done;
    void (*work)(int i);
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *run(void *arg)
{
    const int i = *(const int *)arg;
    all.work(i);
    pthread_mutex_lock(&all.lock);
    all.order[all.done++] = i;
    pthread_mutex_unlock(&all.lock);
    return NULL;
}

int run_all(int n, void (*work)(int i), int *ret_order)
{
    pthread_t threads[64];
    int made = 0;
    all.order = ret_order;
    all.work = work;
    all.done = 0;
    for (; made < n; made++) {
        if (pthread_create(&threads[made], NULL, run, &made) != 0)
            break;
    }
    for (int i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    return made == n ? 0 : -1;
}
