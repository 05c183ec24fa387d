/* Earns: and only 1 was inside it. What is inside the lock */
/* One lock around all: right, and one at a time. */
#include "exercise.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct job {
    pthread_t thread;
    int fd, i;
    size_t size;
    void (*fill)(int i, char *record);
    bool well;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *write_record(void *arg)
{
    struct job *const job = arg;
    const ssize_t size = (ssize_t)job->size;
    const off_t place = (off_t)job->i * (off_t)job->size;
    char *const record = malloc(job->size);
    pthread_mutex_lock(&lock);
    job->fill(job->i, record);
    lseek(job->fd, place, SEEK_SET);
    job->well = write(job->fd, record, job->size) == size;
    pthread_mutex_unlock(&lock);
    free(record);
    return NULL;
}

int write_records(int fd, int n, size_t size, void (*fill)(int i, char *record))
{
    struct job *const jobs = calloc((size_t)n, sizeof(*jobs));
    int made = 0;
    for (; made < n; made++) {
        struct job *const job = &jobs[made];
        *job = (struct job){ .fd = fd, .i = made, .size = size, .fill = fill };
        if (pthread_create(&job->thread, NULL, write_record, job) != 0)
            break;
    }
    bool well = made == n;
    for (int i = 0; i < made; i++) {
        pthread_join(jobs[i].thread, NULL);
        well &= jobs[i].well;
    }
    free(jobs);
    return well ? 0 : -1;
}
