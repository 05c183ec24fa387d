/* Earns: own process, in another thread of it */
/* A thread is no wall: what it breaks is broken for all. */
#include "exercise.h"

#include <pthread.h>

struct attempt {
    int (*job)(int i, int attempt);
    int i, number, status;
};

static void *run(void *arg)
{
    struct attempt *const own = arg;
    own->status = own->job(own->i, own->number);
    return NULL;
}

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++) {
        ret_fates[i] = FAILED;
        for (int k = 1; k <= tries && ret_fates[i] != DONE; k++) {
            struct attempt attempt = { job, i, k, 1 };
            pthread_t thread;
            if (pthread_create(&thread, NULL, run, &attempt) != 0)
                return -1;
            pthread_join(thread, NULL);
            if (attempt.status == 0) {
                ret_fates[i] = DONE;
                done++;
            }
        }
    }
    return done;
}
