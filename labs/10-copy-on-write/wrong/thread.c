/* Earns: by another thread of it */
/* A thread writes to the memory itself. */
#include "exercise.h"

#include <pthread.h>
#include <sys/resource.h>

struct job {
    void (*touch)(void *arg);
    void *arg;
    long faults;
};

static long faults(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_minflt : 0;
}

static void *run(void *arg)
{
    struct job *const job = arg;
    const long before = faults();
    job->touch(job->arg);
    job->faults = faults() - before;
    return NULL;
}

long pages_copied(void (*touch)(void *arg), void *arg)
{
    struct job job = { touch, arg, 0 };
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, &job) != 0)
        return -1;
    pthread_join(thread, NULL);
    return job.faults;
}
