/* Two versions, of which one is always whole: the child takes that one into a
 * ledger of its own, and waits for nobody. */
#include "exercise.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct ledger {
    pthread_mutex_t lock;
    struct version {
        long sum, count;
    } versions[2];
    atomic_int whole;
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
    const struct version *const old = &l->versions[l->whole];
    struct version *const next = &l->versions[1 - l->whole];
    next->sum = old->sum + amount;
    midway();
    next->count = old->count + 1;
    l->whole = 1 - l->whole;
    pthread_mutex_unlock(&l->lock);
}

void ledger_read(struct ledger *l, long *ret_sum, long *ret_count)
{
    pthread_mutex_lock(&l->lock);
    *ret_sum = l->versions[l->whole].sum;
    *ret_count = l->versions[l->whole].count;
    pthread_mutex_unlock(&l->lock);
}

pid_t ledger_fork(struct ledger *l, void (*child)(struct ledger *l))
{
    const pid_t pid = fork();
    if (pid == 0) {
        struct ledger *const own = ledger_open();
        if (own == NULL)
            _exit(1);
        own->versions[0] = l->versions[l->whole];
        child(own);
        _exit(0);
    }
    return pid;
}

int open_private(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}
