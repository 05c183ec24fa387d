// starter: /* Exercise 15: three functions as one would write them without thinking of
// starter:  * what a fork copies. Read exercise.h first, then make each of them safe; then
// starter:  *
// starter:  *     scripts/lab check 15
// starter:  *
// starter:  * ledger_add and ledger_read are right already. */
// solution begins
/* Exercise 15, solved. Each of the three is put in order before the copy is
 * made: the buffer is empty, the ledger is whole and its lock in our own hand,
 * the handle has its flag. Afterwards would be too late. */
// solution ends
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
    // solution begins
    if (fflush(out) != 0)
        return -1;
    // solution ends
    const pid_t pid = fork();
    if (pid == 0) {
        child(out);
        // solution begins
        _exit(fflush(out) == 0 ? 0 : 1);
        // solution ends
        // starter: exit(0);
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
    // solution begins
    pthread_mutex_lock(&l->lock); /* now no other thread is in the middle */
    const pid_t pid = fork();
    pthread_mutex_unlock(&l->lock); /* in both, or in the only one there is */
    // solution ends
    // starter: const pid_t pid = fork();
    if (pid == 0) {
        child(l);
        // solution begins
        _exit(0);
        // solution ends
        // starter: exit(0);
    }
    return pid;
}

int open_private(const char *path)
{
    // solution begins
    return open(path, O_RDONLY | O_CLOEXEC);
    // solution ends
    // starter: return open(path, O_RDONLY);
}
