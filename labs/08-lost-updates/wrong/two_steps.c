/* Earns: is one step for those who only look, too */
/* The lock is taken for each half: no update is lost, but money is in between. */
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

/* The new balance, or -1 if it would be less than nothing. */
static long change(struct bank *b, int account, long by, void (*pause)(void))
{
    pthread_mutex_lock(&b->lock);
    const long balance = b->balances[account];
    pause();
    if (balance + by >= 0)
        b->balances[account] = balance + by;
    pthread_mutex_unlock(&b->lock);
    return balance + by >= 0 ? balance + by : -1;
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    const long left = change(b, from, -amount, pause);
    if (left < 0)
        return -1;
    change(b, to, amount, pause);
    return 0;
}
