/* Earns: does not make its reading newer */
/* Only the writing is locked: reading changes nothing, after all. */
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

static void change(struct bank *b, int account, long by, void (*pause)(void))
{
    const long balance = b->balances[account];
    pause();
    pthread_mutex_lock(&b->lock);
    b->balances[account] = balance + by;
    pthread_mutex_unlock(&b->lock);
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    if (b->balances[from] < amount)
        return -1;
    change(b, from, -amount, pause);
    change(b, to, amount, pause);
    return 0;
}
