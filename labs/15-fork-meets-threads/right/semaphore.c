/* A semaphore for a lock, and every buffer emptied. */
#include "exercise.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

struct ledger {
    sem_t free;
    long sum, count;
};

pid_t fork_text(FILE *out, void (*child)(FILE *out))
{
    fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) {
        child(out);
        fflush(NULL);
        _exit(0);
    }
    return pid;
}

struct ledger *ledger_open(void)
{
    struct ledger *const l = calloc(1, sizeof(*l));
    if (l != NULL)
        sem_init(&l->free, 0, 1);
    return l;
}

void ledger_add(struct ledger *l, long amount, void (*midway)(void))
{
    sem_wait(&l->free);
    l->sum += amount;
    midway();
    l->count++;
    sem_post(&l->free);
}

void ledger_read(struct ledger *l, long *ret_sum, long *ret_count)
{
    sem_wait(&l->free);
    *ret_sum = l->sum;
    *ret_count = l->count;
    sem_post(&l->free);
}

pid_t ledger_fork(struct ledger *l, void (*child)(struct ledger *l))
{
    sem_wait(&l->free);
    const pid_t pid = fork();
    sem_post(&l->free);
    if (pid == 0) {
        child(l);
        _exit(0);
    }
    return pid;
}

int open_private(const char *path)
{
    FILE *const file = fopen(path, "re");
    if (file == NULL)
        return -1;
    const int fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
    fclose(file);
    return fd;
}
