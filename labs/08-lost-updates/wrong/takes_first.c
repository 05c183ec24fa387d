/* Earns: or has taken what he will put back */
/* Takes first, and puts it back where that was too much. */
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
    const long left = atomic_fetch_sub(&b->balances[from], amount) - amount;
    pause();
    if (left < 0) {
        atomic_fetch_add(&b->balances[from], amount);
        return -1;
    }
    atomic_fetch_add(&b->balances[to], amount);
    return 0;
}
