/* The student's object calls these in place of pthread_create and fork. Who is
 * born while others still are being made has an argument that may change under
 * its hands: parked at birth until everyone waits, it shows that every time. */
#include "births.h"

#include "gate.h"
#include "trial.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

struct birth {
    struct gate gate;
    /* A thread's own; a process has what it needs. */
    void *(*start)(void *);
    void *arg;
};

static struct births {
    bool park;
    int fail_at; /* -1: none */
    _Atomic int tried, threads, processes;
    struct birth birth[BIRTHS_MAX];
} * births; /* The names pthread_create and fork have no argument for it. Shared
              memory; NULL: nobody asked. */

static void begin(bool park)
{
    if (births == NULL)
        births = trial_shared(sizeof *births);
    memset(births, 0, sizeof *births);
    births->park = park;
    births->fail_at = -1;
}

void births_park(void)
{
    begin(true);
}

void births_count_only(void)
{
    begin(false);
}

void births_fail_at(int k)
{
    births->fail_at = k;
}

int births_tried(void)
{
    return births->tried;
}

int births_tried_threads(void)
{
    return births->threads;
}

int births_tried_processes(void)
{
    return births->processes;
}

int births_waiting(void)
{
    int waiting = 0;

    for (int k = 0; k < BIRTHS_MAX; k++)
        waiting += gate_waiting(&births->birth[k].gate);
    return waiting;
}

bool births_release(int k)
{
    return k >= 0 && k < BIRTHS_MAX && gate_release(&births->birth[k].gate) > 0;
}

int births_release_all(void)
{
    int released = 0;

    for (int k = 0; k < BIRTHS_MAX; k++)
        released += births_release(k);
    return released;
}

/* The next birth's place, or NULL if there is to be none. */
static struct birth *announce(_Atomic int *kind)
{
    int k = atomic_fetch_add(&births->tried, 1);

    atomic_fetch_add(kind, 1);
    trial_step();
    return k < BIRTHS_MAX && k != births->fail_at ? &births->birth[k] : NULL;
}

static void be_born(struct birth *birth)
{
    if (births->park)
        gate_wait(&birth->gate);
    else
        trial_step();
}

static void *start_thread(void *arg)
{
    struct birth *birth = arg;

    be_born(birth);
    return birth->start(birth->arg);
}

int check_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*start)(void *), void *arg)
{
    if (births == NULL)
        return pthread_create(thread, attributes, start, arg);

    struct birth *birth = announce(&births->threads);
    if (birth == NULL)
        return EAGAIN;
    birth->start = start;
    birth->arg = arg;
    return pthread_create(thread, attributes, start_thread, birth);
}

pid_t check_fork(void)
{
    if (births == NULL)
        return fork();

    struct birth *birth = announce(&births->processes);
    if (birth == NULL) {
        errno = EAGAIN;
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0)
        be_born(birth);
    return pid;
}
