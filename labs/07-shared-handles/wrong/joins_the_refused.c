/* Earns: That happens when it goes on as if all were well */
/* start() says NULL for a worker that could not be made; nobody asks. */
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

static void *write_record(void *arg)
{
    struct job *const job = arg;
    const ssize_t size = (ssize_t)job->size;
    const off_t place = (off_t)job->i * (off_t)job->size;
    char *const record = malloc(job->size);
    job->fill(job->i, record);
    job->well = pwrite(job->fd, record, job->size, place) == size;
    free(record);
    return NULL;
}

static struct job *start(int fd, int i, size_t size,
                         void (*fill)(int i, char *record))
{
    struct job *const job = malloc(sizeof(*job));
    *job = (struct job){ .fd = fd, .i = i, .size = size, .fill = fill };
    if (pthread_create(&job->thread, NULL, write_record, job) == 0)
        return job;
    free(job);
    return NULL;
}

int write_records(int fd, int n, size_t size, void (*fill)(int i, char *record))
{
    struct job **const jobs = calloc((size_t)n, sizeof(struct job *));
    for (int i = 0; i < n; i++)
        jobs[i] = start(fd, i, size, fill);
    bool well = true;
    for (int i = 0; i < n; i++) {
        pthread_join(jobs[i]->thread, NULL);
        well &= jobs[i]->well;
        free(jobs[i]);
    }
    free(jobs);
    return well ? 0 : -1;
}
