/* Earns: so nobody gets -1. A wait came back */
/* Woken, and nothing there: that must be the end. */
#include "exercise.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty, not_full;
    bool closed;
    int first, used, capacity;
    int items[];
};

struct queue *queue_open(int capacity)
{
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
}

int queue_put(struct queue *q, int item)
{
    pthread_mutex_lock(&q->lock);
    while (q->used == q->capacity && !q->closed)
        pthread_cond_wait(&q->not_full, &q->lock);
    const bool open = !q->closed;
    if (open) {
        q->items[(q->first + q->used) % q->capacity] = item;
        q->used++;
        pthread_cond_signal(&q->not_empty);
    }
    pthread_mutex_unlock(&q->lock);
    return open ? 0 : -1;
}

int queue_take(struct queue *q, int *ret_item)
{
    pthread_mutex_lock(&q->lock);
    if (q->used == 0 && !q->closed)
        pthread_cond_wait(&q->not_empty, &q->lock);
    const bool found = q->used > 0;
    if (found) {
        *ret_item = q->items[q->first];
        q->first = (q->first + 1) % q->capacity;
        q->used--;
        pthread_cond_signal(&q->not_full);
    }
    pthread_mutex_unlock(&q->lock);
    return found ? 0 : -1;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->not_empty);
    pthread_cond_broadcast(&q->not_full);
    pthread_mutex_unlock(&q->lock);
}

void queue_free(struct queue *q)
{
    pthread_cond_destroy(&q->not_full);
    pthread_cond_destroy(&q->not_empty);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

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

int run_pool(int workers, int capacity, int tasks, void (*task)(int i))
{
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
}
