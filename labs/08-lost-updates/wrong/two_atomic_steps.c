/* Earns: is one step for those who only look, too */
/* Each half is atomic, so the whole must be? */
#include "exercise.h"

#include <stdatomic.h>
#include <stdlib.h>

struct bank {
    int accounts;
    atomic_long balances[];
};

struct bank *bank_open(int accounts, long each)
{
    struct bank *const b =
        malloc(sizeof(*b) + (size_t)accounts * sizeof(b->balances[0]));
    if (b == NULL)
        return NULL;
    for (int i = 0; i < accounts; i++)
        b->balances[i] = each;
    return b;
}

long bank_balance(struct bank *b, int account)
{
    return b->balances[account];
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    long balance = atomic_load(&b->balances[from]);
    do {
        if (balance < amount)
            return -1;
        pause();
    } while (!atomic_compare_exchange_strong(&b->balances[from], &balance,
                                             balance - amount));
    balance = atomic_load(&b->balances[to]);
    do {
        pause();
    } while (!atomic_compare_exchange_strong(&b->balances[to], &balance,
                                             balance + amount));
    return 0;
}
