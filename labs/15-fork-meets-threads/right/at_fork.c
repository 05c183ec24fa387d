/* Handlers that every fork runs, whoever calls it; and a lock for all ledgers. */
#include "exercise.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct ledger {
    long sum, count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void take(void)
{
    pthread_mutex_lock(&lock);
}

static void give(void)
{
    pthread_mutex_unlock(&lock);
}

static void prepare(void)
{
    pthread_atfork(take, give, give);
}

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
    pthread_once(&once, prepare);
    return calloc(1, sizeof(struct ledger));
}

void ledger_add(struct ledger *l, long amount, void (*midway)(void))
{
    pthread_mutex_lock(&lock);
    l->sum += amount;
    midway();
    l->count++;
    pthread_mutex_unlock(&lock);
}

void ledger_read(struct ledger *l, long *ret_sum, long *ret_count)
{
    pthread_mutex_lock(&lock);
    *ret_sum = l->sum;
    *ret_count = l->count;
    pthread_mutex_unlock(&lock);
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
