/* A lock for each account, and always the one with the lower number first. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

struct account {
    pthread_mutex_t lock;
    long balance;
};

struct bank {
    struct account *accounts;
};

struct bank *bank_open(int accounts, long each)
{
    struct bank *const b = malloc(sizeof(*b));
    if (b == NULL)
        return NULL;
    b->accounts = calloc((size_t)accounts, sizeof(b->accounts[0]));
    if (b->accounts == NULL) {
        free(b);
        return NULL;
    }
    for (int i = 0; i < accounts; i++) {
        pthread_mutex_init(&b->accounts[i].lock, NULL);
        b->accounts[i].balance = each;
    }
    return b;
}

static void lock_both(struct bank *b, int one, int other)
{
    const int low = one < other ? one : other;
    const int high = one < other ? other : one;
    pthread_mutex_lock(&b->accounts[low].lock);
    if (high != low)
        pthread_mutex_lock(&b->accounts[high].lock);
}

static void unlock_both(struct bank *b, int one, int other)
{
    pthread_mutex_unlock(&b->accounts[one].lock);
    if (other != one)
        pthread_mutex_unlock(&b->accounts[other].lock);
}

long bank_balance(struct bank *b, int account)
{
    struct account *const a = &b->accounts[account];
    pthread_mutex_lock(&a->lock);
    const long balance = a->balance;
    pthread_mutex_unlock(&a->lock);
    return balance;
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    lock_both(b, from, to);
    const long held = b->accounts[from].balance;
    const long others = b->accounts[to].balance;
    pause();
    if (held >= amount && from != to) {
        b->accounts[from].balance = held - amount;
        b->accounts[to].balance = others + amount;
    }
    unlock_both(b, from, to);
    return held >= amount ? 0 : -1;
}
