// starter: /* Exercise 05: start all, wait for all, and say who was done first.
// starter:  * Read exercise.h first. Write your answer here, then
// starter:  *
// starter:  *     scripts/lab check 05
// starter:  *
// starter:  * As it stands, nobody is started. */
// solution begins
/* Exercise 05, solved with threads. Notice who knows when a worker is done: the
 * worker. It signs the list as it leaves; the order of the joins says nothing.
 * The lock makes "the next free line" one thing, for one worker at a time. */
// solution ends
#include "exercise.h"

// solution begins
#include <pthread.h>
#include <stdlib.h>

struct list {
    pthread_mutex_t lock;
    int *order; /* both under the lock */
    int signed_by;
    void (*work)(int i);
};

struct worker {
    pthread_t thread;
    struct list *list;
    int i;
};

static void *work_and_sign(void *arg)
{
    const struct worker *const w = arg;
    struct list *const list = w->list;
    list->work(w->i);

    pthread_mutex_lock(&list->lock);
    list->order[list->signed_by++] = w->i;
    pthread_mutex_unlock(&list->lock);
    return NULL;
}

// solution ends
int run_all(int n, void (*work)(int i), int *ret_order)
{
    // solution begins
    struct worker *const workers = calloc((size_t)n, sizeof(*workers));
    if (workers == NULL)
        return -1;
    struct list list = { .order = ret_order, .work = work };
    pthread_mutex_init(&list.lock, NULL);

    int started = 0;
    for (; started < n; started++) {
        struct worker *const w = &workers[started];
        w->list = &list;
        w->i = started;
        if (pthread_create(&w->thread, NULL, work_and_sign, w) != 0)
            break;
    }

    /* In any order: this says that all are done, and not who was first. */
    for (int i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    pthread_mutex_destroy(&list.lock);
    free(workers);
    return started == n ? 0 : -1;
    // solution ends
    // starter: (void)n;
    // starter: (void)work;
    // starter: (void)ret_order;
    // starter: return -1;
}
