/* C11 threads, of which the caller is one. Nobody has a share: whoever is free
 * takes the next block, and who was refused is not missed. */
#include "exercise.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <threads.h>

struct task {
    atomic_long next, total;
    long end, block;
    long (*count)(long from, long to);
};

static int count_blocks(void *arg)
{
    struct task *const task = arg;
    for (;;) {
        const long from = atomic_fetch_add(&task->next, task->block);
        if (from >= task->end)
            return 0;
        const long rest = task->end - from;
        const long to = from + (rest < task->block ? rest : task->block);
        atomic_fetch_add(&task->total, task->count(from, to));
    }
}

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    struct task task = { .end = end, .block = 1, .count = count };
    atomic_init(&task.next, begin);
    if ((end - begin) / workers > 50)
        task.block = 10;
    thrd_t *const threads = malloc((size_t)workers * sizeof(*threads));
    if (threads == NULL)
        return -1;

    int made = 0;
    while (made < workers - 1 &&
           thrd_create(&threads[made], count_blocks, &task) == thrd_success)
        made++;
    count_blocks(&task);
    for (int i = 0; i < made; i++)
        thrd_join(threads[i], NULL);
    free(threads);
    *ret_total = task.total;
    return 0;
}
