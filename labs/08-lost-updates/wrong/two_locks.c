/* Earns: A lock keeps out only who takes that same lock */
/* One lock for paying out, another for paying in. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

struct bank {
    pthread_mutex_t paying_out, paying_in;
    long balances[];
};

struct bank *bank_open(int accounts, long each)
{
    struct bank *const b =
        malloc(sizeof(*b) + (size_t)accounts * sizeof(b->balances[0]));
    if (b == NULL)
        return NULL;
    pthread_mutex_init(&b->paying_out, NULL);
    pthread_mutex_init(&b->paying_in, NULL);
    for (int i = 0; i < accounts; i++)
        b->balances[i] = each;
    return b;
}

long bank_balance(struct bank *b, int account)
{
    pthread_mutex_lock(&b->paying_out);
    pthread_mutex_lock(&b->paying_in);
    const long balance = b->balances[account];
    pthread_mutex_unlock(&b->paying_in);
    pthread_mutex_unlock(&b->paying_out);
    return balance;
}

static void change(struct bank *b, int account, long by, void (*pause)(void))
{
    const long balance = b->balances[account];
    pause();
    b->balances[account] = balance + by;
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    pthread_mutex_lock(&b->paying_out);
    if (b->balances[from] < amount) {
        pthread_mutex_unlock(&b->paying_out);
        return -1;
    }
    change(b, from, -amount, pause);
    pthread_mutex_unlock(&b->paying_out);
    pthread_mutex_lock(&b->paying_in);
    change(b, to, amount, pause);
    pthread_mutex_unlock(&b->paying_in);
    return 0;
}
