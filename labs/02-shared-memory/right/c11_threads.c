/* The C standard's own threads, and slots taken by number from a counter. */
#include "exercise.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <threads.h>

struct task {
    atomic_int next;
    int *slots;
    int (*value)(int i);
};

static int fill_slot(void *arg)
{
    struct task *const task = arg;
    const int i = atomic_fetch_add(&task->next, 1);
    task->slots[i] = task->value(i);
    return 0;
}

int fill_slots(int *slots, int n, int (*value)(int i))
{
    struct task task = { .slots = slots, .value = value };
    thrd_t *const threads = malloc((size_t)n * sizeof(*threads));
    if (threads == NULL)
        return -1;

    int made = 0;
    while (made < n &&
           thrd_create(&threads[made], fill_slot, &task) == thrd_success)
        made++;
    for (int i = 0; i < made; i++)
        thrd_join(threads[i], NULL);
    free(threads);
    return made == n ? 0 : -1;
}
