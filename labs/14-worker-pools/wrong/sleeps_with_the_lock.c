/* Earns: left locked, or holds in its sleep */
/* A semaphore that is waited for inside of the lock. */
#include "exercise.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>

struct queue {
    pthread_mutex_t lock;
    sem_t items, room;
    bool closed;
    int first, used, capacity;
    int ring[];
};

struct queue *queue_open(int capacity)
{
    struct queue *const q =
        calloc(1, sizeof(*q) + (size_t)capacity * sizeof(int));
    if (q == NULL)
        return NULL;
    pthread_mutex_init(&q->lock, NULL);
    sem_init(&q->items, 0, 0);
    sem_init(&q->room, 0, (unsigned)capacity);
    q->capacity = capacity;
    return q;
}

int queue_put(struct queue *q, int item)
{
    pthread_mutex_lock(&q->lock);
    sem_wait(&q->room);
    const bool open = !q->closed;
    if (open) {
        q->ring[(q->first + q->used++) % q->capacity] = item;
        sem_post(&q->items);
    } else {
        sem_post(&q->room);
    }
    pthread_mutex_unlock(&q->lock);
    return open ? 0 : -1;
}

int queue_take(struct queue *q, int *ret_item)
{
    pthread_mutex_lock(&q->lock);
    sem_wait(&q->items);
    const bool found = q->used > 0;
    if (found) {
        *ret_item = q->ring[q->first];
        q->first = (q->first + 1) % q->capacity;
        q->used--;
        sem_post(&q->room);
    } else {
        sem_post(&q->items);
    }
    pthread_mutex_unlock(&q->lock);
    return found ? 0 : -1;
}

void queue_close(struct queue *q)
{
    q->closed = true;
    sem_post(&q->items);
    sem_post(&q->room);
}
void queue_free(struct queue *q)
{
    sem_destroy(&q->room);
    sem_destroy(&q->items);
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
