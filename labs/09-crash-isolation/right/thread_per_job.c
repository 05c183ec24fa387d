/* A thread for each job waits for that job's children, and for nothing else. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct watcher {
    pthread_t thread;
    int i, tries;
    int (*job)(int i, int attempt);
    enum fate fate;
};

static void *watch(void *arg)
{
    struct watcher *const own = arg;
    own->fate = FAILED;
    for (int attempt = 1; attempt <= own->tries && own->fate == FAILED;
         attempt++) {
        const pid_t child = fork();
        if (child == 0)
            _exit(own->job(own->i, attempt));
        int status = -1;
        if (child < 0)
            own->fate = UNFINISHED;
        else if (waitpid(child, &status, 0) == child && status == 0)
            own->fate = DONE;
    }
    return NULL;
}

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    struct watcher *const watchers = calloc((size_t)jobs, sizeof(*watchers));
    if (watchers == NULL)
        return -1;
    for (int i = 0; i < jobs; i++) {
        watchers[i] = (struct watcher){ .i = i, .tries = tries, .job = job };
        if (pthread_create(&watchers[i].thread, NULL, watch, &watchers[i]) != 0)
            abort();
    }

    int done = 0, unfinished = 0;
    for (int i = 0; i < jobs; i++) {
        pthread_join(watchers[i].thread, NULL);
        ret_fates[i] = watchers[i].fate;
        done += ret_fates[i] == DONE;
        unfinished += ret_fates[i] == UNFINISHED;
    }
    free(watchers);
    return unfinished > 0 ? -1 : done;
}
