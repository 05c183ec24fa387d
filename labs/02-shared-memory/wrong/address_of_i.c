/* Earns: all threads get the address of one variable */
/* &i is one address, however often i changes. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

static int *the_slots;
static int (*the_value)(int i);

static void *fill_slot(void *arg)
{
    const int i = *(const int *)arg;
    the_slots[i] = the_value(i);
    return NULL;
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    pthread_t *const threads = calloc((size_t)n, sizeof(*threads));
    int i;
    the_slots = slots;
    the_value = value;
    for (i = 0; i < n; i++)
        if (pthread_create(&threads[i], NULL, fill_slot, &i) != 0)
            return -1;
    for (int k = 0; k < n; k++)
        pthread_join(threads[k], NULL);
    free(threads);
    return 0;
}
