/* Earns: read its number from one place */
/* All threads get the address of one variable, which moves on. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

static void (*the_handle)(int request);

static void *work(void *arg)
{
    const int *const request = arg;
    the_handle(*request);
    return NULL;
}

int serve(int requests, int width, void (*handle)(int request))
{
    pthread_t *const threads = calloc((size_t)width, sizeof(*threads));
    int request = 0, rc = 0;
    if (threads == NULL)
        return -1;
    the_handle = handle;
    while (rc == 0 && request < requests) {
        int made = 0;
        for (; made < width && request < requests; made++, request++) {
            rc = pthread_create(&threads[made], NULL, work, &request);
            if (rc != 0)
                break;
        }
        for (int i = 0; i < made; i++)
            pthread_join(threads[i], NULL);
    }
    free(threads);
    return rc == 0 ? 0 : -1;
}
