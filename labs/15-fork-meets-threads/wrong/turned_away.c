/* Earns: not for a lock that somebody else has just now */
/* Who finds the lock taken makes no child. */
#include "exercise.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct ledger {
    pthread_mutex_t lock; /* guards both */
    long sum, count;
};

pid_t fork_text(FILE *out, void (*child)(FILE *out))
{
    if (fflush(out) != 0)
        return -1;
    const pid_t pid = fork();
    if (pid == 0) {
        child(out);
        _exit(fflush(out) == 0 ? 0 : 1);
    }
    return pid;
}

struct ledger *ledger_open(void)
{
    struct ledger *const l = calloc(1, sizeof(*l));
    if (l != NULL && pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        return NULL;
    }
    return l;
}

void ledger_add(struct ledger *l, long amount, void (*midway)(void))
{
    pthread_mutex_lock(&l->lock);
    l->sum += amount;
    midway();
    l->count++;
    pthread_mutex_unlock(&l->lock);
}

void ledger_read(struct ledger *l, long *ret_sum, long *ret_count)
{
    pthread_mutex_lock(&l->lock);
    *ret_sum = l->sum;
    *ret_count = l->count;
    pthread_mutex_unlock(&l->lock);
}

pid_t ledger_fork(struct ledger *l, void (*child)(struct ledger *l))
{
    if (pthread_mutex_trylock(&l->lock) != 0)
        return -1;
    const pid_t pid = fork();
    pthread_mutex_unlock(&l->lock);
    if (pid == 0) {
        child(l);
        _exit(0);
    }
    return pid;
}

int open_private(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}
