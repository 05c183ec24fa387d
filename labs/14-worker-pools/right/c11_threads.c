/* The same with the threads of C11. */
#include "exercise.h"

#include <stdbool.h>
#include <stdlib.h>
#include <threads.h>

struct queue {
    mtx_t lock;
    cnd_t not_empty, not_full;
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
    mtx_init(&q->lock, mtx_plain);
    cnd_init(&q->not_empty);
    cnd_init(&q->not_full);
    q->closed = false;
    q->first = q->used = 0;
    q->capacity = capacity;
    return q;
}

int queue_put(struct queue *q, int item)
{
    mtx_lock(&q->lock);
    while (q->used == q->capacity && !q->closed)
        cnd_wait(&q->not_full, &q->lock);
    const bool open = !q->closed;
    if (open) {
        q->items[(q->first + q->used) % q->capacity] = item;
        q->used++;
        cnd_signal(&q->not_empty);
    }
    mtx_unlock(&q->lock);
    return open ? 0 : -1;
}

int queue_take(struct queue *q, int *ret_item)
{
    mtx_lock(&q->lock);
    while (q->used == 0 && !q->closed)
        cnd_wait(&q->not_empty, &q->lock);
    const bool found = q->used > 0;
    if (found) {
        *ret_item = q->items[q->first];
        q->first = (q->first + 1) % q->capacity;
        q->used--;
        cnd_signal(&q->not_full);
    }
    mtx_unlock(&q->lock);
    return found ? 0 : -1;
}

void queue_close(struct queue *q)
{
    mtx_lock(&q->lock);
    q->closed = true;
    cnd_broadcast(&q->not_empty);
    cnd_broadcast(&q->not_full);
    mtx_unlock(&q->lock);
}

void queue_free(struct queue *q)
{
    cnd_destroy(&q->not_full);
    cnd_destroy(&q->not_empty);
    mtx_destroy(&q->lock);
    free(q);
}

struct pool {
    struct queue *q;
    void (*task)(int i);
};

static int work(void *arg)
{
    const struct pool *const pool = arg;
    int i;
    while (queue_take(pool->q, &i) == 0)
        pool->task(i);
    return 0;
}

int run_pool(int workers, int capacity, int tasks, void (*task)(int i))
{
    struct pool pool = { queue_open(capacity), task };
    thrd_t *const threads = calloc((size_t)workers, sizeof(*threads));
    int made = 0;
    if (pool.q != NULL && threads != NULL) {
        while (made < workers &&
               thrd_create(&threads[made], work, &pool) == thrd_success)
            made++;
        for (int i = 0; made == workers && i < tasks; i++)
            queue_put(pool.q, i);
        queue_close(pool.q);
    }
    for (int i = 0; i < made; i++)
        thrd_join(threads[i], NULL);
    free(threads);
    if (pool.q != NULL)
        queue_free(pool.q);
    return made == workers ? 0 : -1;
}
