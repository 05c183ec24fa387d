/* The loop that anybody would write: clock, create, wait, clock. The probe has
 * to cost the same, or it measures itself; scripts/compare_bare_loop.py runs
 * the two in turns. `bare_loop fork|pthread SAMPLES CPU` prints nanoseconds, a
 * line a creation, after three unmeasured ones. */
#define _GNU_SOURCE /* sched_setaffinity */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WARMUPS = 3, SAMPLES_MAX = 1000 };

static long taken_ns[WARMUPS + SAMPLES_MAX];

static long now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void *nothing(void *arg)
{
    return arg;
}

static void one_thread(void)
{
    pthread_t thread;
    int rc = pthread_create(&thread, NULL, nothing, NULL);

    if (rc == 0)
        rc = pthread_join(thread, NULL);
    if (rc != 0) {
        errno = rc;
        err(EXIT_FAILURE, "pthread");
    }
}

static void one_process(void)
{
    pid_t pid = fork();

    if (pid < 0)
        err(EXIT_FAILURE, "fork");
    if (pid == 0)
        _exit(0);
    if (waitpid(pid, NULL, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
}

int main(int argc, char *argv[])
{
    int samples = argc == 4 ? atoi(argv[2]) : 0;

    if (samples < 1 || samples > SAMPLES_MAX)
        errx(2, "usage: bare_loop fork|pthread SAMPLES CPU");
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(atoi(argv[3]), &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0)
        err(EXIT_FAILURE, "cannot pin to CPU %s", argv[3]);

    void (*create)(void) =
        strcmp(argv[1], "fork") == 0 ? one_process : one_thread;
    for (int i = 0; i < WARMUPS + samples; i++) {
        long begin = now_ns();
        create();
        taken_ns[i] = now_ns() - begin;
    }

    for (int i = WARMUPS; i < WARMUPS + samples; i++)
        printf("%ld\n", taken_ns[i]);
    return 0;
}
