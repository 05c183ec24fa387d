/* Two threads add to two counters that nothing guards. In C that is a data
 * race: what it does is undefined, for the plain counter and for the volatile
 * one. The handout builds this file by hand, for ThreadSanitizer. */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { WORKERS = 2, TIMES = 5000000 };

static long plain;
static volatile long volatile_one;

static void *add(void *unused)
{
    for (int i = 0; i < TIMES; i++) {
        plain++;
        volatile_one++;
    }
    return unused;
}

int main(void)
{
    pthread_t threads[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        errno = pthread_create(&threads[i], NULL, add, NULL);
        if (errno != 0)
            err(EXIT_FAILURE, "pthread_create");
    }
    for (int i = 0; i < WORKERS; i++) {
        errno = pthread_join(threads[i], NULL);
        if (errno != 0)
            err(EXIT_FAILURE, "pthread_join");
    }
    printf("added     %9d to each\n", WORKERS * TIMES);
    printf("plain     %9ld\n", plain);
    printf("volatile  %9ld\n", volatile_one);
    return 0;
}
