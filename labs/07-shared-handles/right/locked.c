/* One offset, and one at a time moves it and writes: both inside the lock, and
 * fill() outside. The numbers are taken from a counter. */
#include "exercise.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct task {
    pthread_mutex_t lock;
    int fd, next, written;
    size_t size;
    void (*fill)(int i, char *record);
};

static void *write_record(void *arg)
{
    struct task *const task = arg;
    char *const record = malloc(task->size);
    pthread_mutex_lock(&task->lock);
    const int i = task->next++;
    pthread_mutex_unlock(&task->lock);
    if (record == NULL)
        return NULL;
    task->fill(i, record);

    pthread_mutex_lock(&task->lock);
    const off_t place = (off_t)i * (off_t)task->size;
    if (lseek(task->fd, place, SEEK_SET) == place &&
        write(task->fd, record, task->size) == (ssize_t)task->size)
        task->written++;
    pthread_mutex_unlock(&task->lock);
    free(record);
    return NULL;
}

int write_records(int fd, int n, size_t size, void (*fill)(int i, char *record))
{
    struct task task = {
        .lock = PTHREAD_MUTEX_INITIALIZER, .fd = fd, .size = size, .fill = fill
    };
    pthread_t *const threads = calloc((size_t)n, sizeof(*threads));
    int made = 0;
    while (threads != NULL && made < n &&
           pthread_create(&threads[made], NULL, write_record, &task) == 0)
        made++;
    for (int i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    return task.written == n ? 0 : -1;
}
