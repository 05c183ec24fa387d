/* A list instead of a ring; and the pool ends by one item for each worker that
 * says "go home". */
#include "exercise.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct node {
    struct node *next;
    int item;
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t items, room;
    struct node *first, **end;
    int places;
    bool closed;
};

struct queue *queue_open(int capacity)
{
    struct queue *const q = calloc(1, sizeof(*q));
    if (q == NULL)
        return NULL;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->items, NULL);
    pthread_cond_init(&q->room, NULL);
    q->end = &q->first;
    q->places = capacity;
    return q;
}

int queue_put(struct queue *q, int item)
{
    struct node *const node = malloc(sizeof(*node));
    if (node == NULL)
        return -1;
    *node = (struct node){ NULL, item };
    pthread_mutex_lock(&q->lock);
    while (!q->closed && q->places == 0)
        pthread_cond_wait(&q->room, &q->lock);
    if (q->closed) {
        pthread_mutex_unlock(&q->lock);
        free(node);
        return -1;
    }
    *q->end = node;
    q->end = &node->next;
    q->places--;
    pthread_mutex_unlock(&q->lock);
    pthread_cond_signal(&q->items);
    return 0;
}

int queue_take(struct queue *q, int *ret_item)
{
    pthread_mutex_lock(&q->lock);
    while (!q->closed && q->first == NULL)
        pthread_cond_wait(&q->items, &q->lock);
    struct node *const node = q->first;
    if (node == NULL) {
        pthread_mutex_unlock(&q->lock);
        return -1;
    }
    q->first = node->next;
    if (q->first == NULL)
        q->end = &q->first;
    q->places++;
    pthread_mutex_unlock(&q->lock);
    pthread_cond_signal(&q->room);
    *ret_item = node->item;
    free(node);
    return 0;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_mutex_unlock(&q->lock);
    pthread_cond_broadcast(&q->items);
    pthread_cond_broadcast(&q->room);
}

void queue_free(struct queue *q)
{
    while (q->first != NULL) {
        struct node *const next = q->first->next;
        free(q->first);
        q->first = next;
    }
    pthread_cond_destroy(&q->room);
    pthread_cond_destroy(&q->items);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

enum { GO_HOME = -1 };

struct worker {
    pthread_t thread;
    struct queue *q;
    void (*task)(int i);
};

static void *work(void *arg)
{
    const struct worker *const me = arg;
    int i;
    while (queue_take(me->q, &i) == 0 && i != GO_HOME)
        me->task(i);
    return NULL;
}

int run_pool(int workers, int capacity, int tasks, void (*task)(int i))
{
    struct queue *const q = queue_open(capacity);
    struct worker *const all = calloc((size_t)workers, sizeof(*all));
    int made = 0;
    for (; q != NULL && all != NULL && made < workers; made++) {
        all[made] = (struct worker){ .q = q, .task = task };
        if (pthread_create(&all[made].thread, NULL, work, &all[made]) != 0)
            break;
    }
    for (int i = 0; made == workers && i < tasks; i++)
        queue_put(q, i);
    for (int k = 0; k < made; k++)
        queue_put(q, GO_HOME);
    for (int k = 0; k < made; k++)
        pthread_join(all[k].thread, NULL);
    free(all);
    if (q != NULL)
        queue_free(q);
    return made == workers ? 0 : -1;
}
