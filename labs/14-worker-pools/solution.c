// starter: /* Exercise 14: a bounded queue, and a pool of workers. Read exercise.h first:
// starter:  * it says who waits, for what, and who has to be woken. Write your answer
// starter:  * here, then
// starter:  *
// starter:  *     scripts/lab check 14
// starter:  *
// starter:  * As it stands, there is no queue. */
// solution begins
/* Exercise 14, solved: a ring of items under one mutex, and two conditions on
 * which to sleep. Notice that each wait stands in a loop: to be woken means
 * "look again", not "it is there". */
// solution ends
#include "exercise.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct queue {
    // solution begins
    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t not_empty, not_full;
    bool closed;
    int first, used, capacity;
    int items[];
    // solution ends
    // starter: int capacity;
};

struct queue *queue_open(int capacity)
{
    // solution begins
    struct queue *const q =
        malloc(sizeof(*q) + (size_t)capacity * sizeof(q->items[0]));
    if (q == NULL)
        return NULL;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->not_empty, NULL);
    pthread_cond_init(&q->not_full, NULL);
    q->closed = false;
    q->first = q->used = 0;
    q->capacity = capacity;
    return q;
    // solution ends
    // starter: (void)capacity;
    // starter: return NULL;
}

int queue_put(struct queue *q, int item)
{
    // solution begins
    pthread_mutex_lock(&q->lock);
    while (q->used == q->capacity && !q->closed)
        pthread_cond_wait(&q->not_full, &q->lock);
    const bool open = !q->closed;
    if (open) {
        q->items[(q->first + q->used) % q->capacity] = item;
        q->used++;
        pthread_cond_signal(&q->not_empty); /* one item, for one taker */
    }
    pthread_mutex_unlock(&q->lock);
    return open ? 0 : -1;
    // solution ends
    // starter: (void)q;
    // starter: (void)item;
    // starter: return -1;
}

int queue_take(struct queue *q, int *ret_item)
{
    // solution begins
    pthread_mutex_lock(&q->lock);
    while (q->used == 0 && !q->closed)
        pthread_cond_wait(&q->not_empty, &q->lock);
    const bool found = q->used > 0; /* closed or not: what is in comes out */
    if (found) {
        *ret_item = q->items[q->first];
        q->first = (q->first + 1) % q->capacity;
        q->used--;
        pthread_cond_signal(&q->not_full);
    }
    pthread_mutex_unlock(&q->lock);
    return found ? 0 : -1;
    // solution ends
    // starter: (void)q;
    // starter: (void)ret_item;
    // starter: return -1;
}

void queue_close(struct queue *q)
{
    // solution begins
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->not_empty); /* this concerns all of them */
    pthread_cond_broadcast(&q->not_full);
    pthread_mutex_unlock(&q->lock);
    // solution ends
    // starter: (void)q;
}

void queue_free(struct queue *q)
{
    // solution begins
    pthread_cond_destroy(&q->not_full);
    pthread_cond_destroy(&q->not_empty);
    pthread_mutex_destroy(&q->lock);
    free(q);
    // solution ends
    // starter: (void)q;
}

// solution begins
struct pool {
    struct queue *q;
    void (*task)(int i);
};

static void *work(void *arg)
{
    const struct pool *const pool = arg;
    int i;
    while (queue_take(pool->q, &i) == 0)
        pool->task(i);
    return NULL;
}

// solution ends
int run_pool(int workers, int capacity, int tasks, void (*task)(int i))
{
    // solution begins
    struct pool pool = { queue_open(capacity), task };
    pthread_t *const threads = calloc((size_t)workers, sizeof(*threads));
    int made = 0;
    if (pool.q != NULL && threads != NULL) {
        while (made < workers &&
               pthread_create(&threads[made], NULL, work, &pool) == 0)
            made++;
        for (int i = 0; made == workers && i < tasks; i++)
            queue_put(pool.q, i);
        queue_close(pool.q);
    }
    for (int i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    if (pool.q != NULL)
        queue_free(pool.q);
    return made == workers ? 0 : -1;
    // solution ends
    // starter: (void)workers;
    // starter: (void)capacity;
    // starter: (void)tasks;
    // starter: (void)task;
    // starter: return -1;
}
