/* Earns: A lock keeps out only who takes that same lock */
/* A lock for each account, and only the payer's is taken. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

struct account {
    pthread_mutex_t lock;
    long balance;
};

struct bank {
    int accounts;
    struct account account[];
};

struct bank *bank_open(int accounts, long each)
{
    struct bank *const b =
        malloc(sizeof(*b) + (size_t)accounts * sizeof(b->account[0]));
    if (b == NULL)
        return NULL;
    for (int i = 0; i < accounts; i++) {
        pthread_mutex_init(&b->account[i].lock, NULL);
        b->account[i].balance = each;
    }
    return b;
}

long bank_balance(struct bank *b, int account)
{
    struct account *const a = &b->account[account];
    pthread_mutex_lock(&a->lock);
    const long balance = a->balance;
    pthread_mutex_unlock(&a->lock);
    return balance;
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    struct account *const payer = &b->account[from];
    struct account *const payee = &b->account[to];
    pthread_mutex_lock(&payer->lock);
    const long held = payer->balance, others = payee->balance;
    const int enough = held >= amount;
    pause();
    if (enough && payer != payee) {
        payer->balance = held - amount;
        payee->balance = others + amount;
    }
    pthread_mutex_unlock(&payer->lock);
    return enough ? 0 : -1;
}
