/* Earns: the two may be one */
/* Both balances are read, then both are written: if they are one, it grows. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

struct bank {
    pthread_mutex_t lock;
    long balances[];
};

struct bank *bank_open(int accounts, long each)
{
    struct bank *const b =
        malloc(sizeof(*b) + (size_t)accounts * sizeof(b->balances[0]));
    if (b == NULL)
        return NULL;
    pthread_mutex_init(&b->lock, NULL);
    for (int i = 0; i < accounts; i++)
        b->balances[i] = each;
    return b;
}

long bank_balance(struct bank *b, int account)
{
    pthread_mutex_lock(&b->lock);
    const long balance = b->balances[account];
    pthread_mutex_unlock(&b->lock);
    return balance;
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    pthread_mutex_lock(&b->lock);
    const long held = b->balances[from], others = b->balances[to];
    pause();
    if (held >= amount) {
        b->balances[from] = held - amount;
        b->balances[to] = others + amount;
    }
    pthread_mutex_unlock(&b->lock);
    return held >= amount ? 0 : -1;
}
