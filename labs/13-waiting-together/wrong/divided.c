/* Earns: and nobody came for request */
/* Each worker gets its share at the start: whoever has a slow request keeps
 * the rest of its share waiting. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

struct share {
    pthread_t thread;
    int first, step, requests;
    void (*handle)(int request);
};

static void *work(void *arg)
{
    const struct share *const share = arg;
    for (int i = share->first; i < share->requests; i += share->step)
        share->handle(i);
    return NULL;
}

int serve(int requests, int width, void (*handle)(int request))
{
    struct share *const shares = calloc((size_t)width, sizeof(*shares));
    int made = 0;
    for (; shares != NULL && made < width; made++) {
        shares[made] = (struct share){
            .first = made, .step = width, .requests = requests, .handle = handle
        };
        if (pthread_create(&shares[made].thread, NULL, work, &shares[made]) !=
            0)
            break;
    }
    for (int i = 0; i < made; i++)
        pthread_join(shares[i].thread, NULL);
    free(shares);
    return made == width ? 0 : -1;
}
