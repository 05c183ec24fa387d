/* Threads with a part each, all of one size, rounded up: the last part is cut
 * off at the end, and where there are few numbers, some parts have none. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

struct part {
    pthread_t thread;
    long from, to, counted;
    long (*count)(long from, long to);
};

static void *count_part(void *arg)
{
    struct part *const part = arg;
    part->counted = part->count(part->from, part->to);
    return NULL;
}

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    const long each = (end - begin + workers - 1) / workers;
    struct part *const parts = malloc((size_t)workers * sizeof(*parts));
    if (parts == NULL)
        return -1;

    int made = 0;
    long total = 0;
    for (; made < workers; made++) {
        struct part *const part = &parts[made];
        part->from = begin + each * made;
        part->to = part->from + each < end ? part->from + each : end;
        part->count = count;
        if (pthread_create(&part->thread, NULL, count_part, part) != 0)
            break;
    }
    for (int i = 0; i < made; i++) {
        pthread_join(parts[i].thread, NULL);
        total += parts[i].counted;
    }
    free(parts);
    *ret_total = total;
    return made == workers ? 0 : -1;
}
