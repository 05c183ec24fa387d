/* Earns: Each bank has accounts of its own */
/* The accounts are in a global array, and there is one of that. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long balances[100];

struct bank *bank_open(int accounts, long each)
{
    for (int i = 0; i < accounts; i++)
        balances[i] = each;
    return malloc(1);
}

long bank_balance(struct bank *b, int account)
{
    (void)b;
    pthread_mutex_lock(&lock);
    const long balance = balances[account];
    pthread_mutex_unlock(&lock);
    return balance;
}

static void change(int account, long by, void (*pause)(void))
{
    const long balance = balances[account];
    pause();
    balances[account] = balance + by;
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    (void)b;
    pthread_mutex_lock(&lock);
    const int enough = balances[from] >= amount;
    if (enough) {
        change(from, -amount, pause);
        change(to, amount, pause);
    }
    pthread_mutex_unlock(&lock);
    return enough ? 0 : -1;
}
