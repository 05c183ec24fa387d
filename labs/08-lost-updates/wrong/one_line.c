/* Earns: your pause() does not stand between reading and writing */
/* One line for each account: surely that is one step? */
#include "exercise.h"

#include <stdlib.h>

struct bank {
    int accounts;
    long balances[];
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
    if (b->balances[from] < amount)
        return -1;
    b->balances[from] -= amount, b->balances[to] += amount;
    pause();
    return 0;
}
