/* Earns: the order in which they were started */
/* Who has been joined is taken for who is done. */
#include "exercise.h"

#include <pthread.h>

static struct {
    void (*work)(int i);
} all;

struct worker {
    pthread_t thread;
    int i;
};

static void *run(void *arg)
{
    const struct worker *const w = arg;
    all.work(w->i);
    return NULL;
}

int run_all(int n, void (*work)(int i), int *ret_order)
{
    static struct worker workers[64];
    int made = 0;
    all.work = work;
    for (; made < n; made++) {
        struct worker *const w = &workers[made];
        w->i = made;
        if (pthread_create(&w->thread, NULL, run, w) != 0)
            break;
    }
    for (int i = 0; i < made; i++) {
        pthread_join(workers[i].thread, NULL);
        ret_order[i] = i;
    }
    return made == n ? 0 : -1;
}
