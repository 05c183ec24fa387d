/* Earns: it waits for ever before it has called */
/* The child waits until the thread in the middle has finished. */
#include "exercise.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct ledger {
    pthread_mutex_t lock;
    pthread_cond_t whole;
    bool busy;
    long sum, count;
};

pid_t fork_text(FILE *out, void (*child)(FILE *out))
{
    fflush(out);
    const pid_t pid = fork();
    if (pid == 0) {
        child(out);
        fflush(out);
        _exit(0);
    }
    return pid;
}

struct ledger *ledger_open(void)
{
    struct ledger *const l = calloc(1, sizeof(*l));
    if (l != NULL)
        pthread_mutex_init(&l->lock, NULL);
    return l;
}

void ledger_add(struct ledger *l, long amount, void (*midway)(void))
{
    pthread_mutex_lock(&l->lock);
    while (l->busy)
        pthread_cond_wait(&l->whole, &l->lock);
    l->busy = true;
    pthread_mutex_unlock(&l->lock);
    l->sum += amount;
    midway();
    l->count++;
    pthread_mutex_lock(&l->lock);
    l->busy = false;
    pthread_cond_broadcast(&l->whole);
    pthread_mutex_unlock(&l->lock);
}

static void wait_until_whole(struct ledger *l)
{
    pthread_mutex_lock(&l->lock);
    while (l->busy)
        pthread_cond_wait(&l->whole, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

void ledger_read(struct ledger *l, long *ret_sum, long *ret_count)
{
    wait_until_whole(l);
    *ret_sum = l->sum;
    *ret_count = l->count;
}

pid_t ledger_fork(struct ledger *l, void (*child)(struct ledger *l))
{
    const pid_t pid = fork();
    if (pid == 0) {
        wait_until_whole(l);
        child(l);
        _exit(0);
    }
    return pid;
}

int open_private(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}
