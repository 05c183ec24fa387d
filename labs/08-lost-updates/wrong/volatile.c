/* Earns: volatile does not make them one */
/* volatile makes the compiler read and write each time, and nobody wait. */
#include "exercise.h"

#include <stdlib.h>

struct bank {
    int accounts;
    volatile long balances[];
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

static void change(struct bank *b, int account, long by, void (*pause)(void))
{
    const long balance = b->balances[account];
    pause();
    b->balances[account] = balance + by;
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
