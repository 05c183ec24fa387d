/* Earns: nobody came for request 0 */
/* Counts from 1, and forgets that the first one is number 0. */
#include "exercise.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct desk {
    _Atomic int next;
    int requests;
    void (*handle)(int request);
};

static void *work(void *arg)
{
    struct desk *const desk = arg;
    int request;
    while ((request = atomic_fetch_add(&desk->next, 1)) < desk->requests)
        desk->handle(request);
    return NULL;
}

int serve(int requests, int width, void (*handle)(int request))
{
    struct desk desk = { .next = 1, .requests = requests, .handle = handle };
    pthread_t *const threads = malloc((size_t)width * sizeof(*threads));
    if (threads == NULL)
        return -1;

    int made = 0;
    while (made < width &&
           pthread_create(&threads[made], NULL, work, &desk) == 0)
        made++;
    for (int i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    return made == width ? 0 : -1;
}
