/* The number itself travels in the pointer; what all need is one struct that
 * nobody changes. */
#include "exercise.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

static struct {
    int *slots;
    int (*value)(int i);
} task;

static void *fill_slot(void *arg)
{
    const int i = (int)(intptr_t)arg;
    task.slots[i] = task.value(i);
    return NULL;
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    pthread_t *const threads = malloc((size_t)n * sizeof(*threads));
    if (threads == NULL)
        return -1;
    task.slots = slots;
    task.value = value;

    int made = 0;
    while (made < n && pthread_create(&threads[made], NULL, fill_slot,
                                      (void *)(intptr_t)made) == 0)
        made++;
    for (int i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    return made == n ? 0 : -1;
}
