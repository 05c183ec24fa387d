/* Earns: what it adds stays there */
/* Ledger and lock in memory that both share: one ledger, and no copy. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "exercise.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct ledger {
    pthread_mutex_t lock;
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
    pthread_mutexattr_t attributes;
    struct ledger *const l = mmap(NULL, sizeof(*l), PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (l == MAP_FAILED)
        return NULL;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&l->lock, &attributes);
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
    const pid_t pid = fork();
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
