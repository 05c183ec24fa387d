/* Exercise 08: a bank that is right as long as one thread uses it. Read
 * exercise.h first, then make it right for any number of threads; then
 *
 *     scripts/lab check 08
 *
 * As it stands, nothing keeps two threads apart. Look for what stands between
 * a reading and its writing, and for every way out of bank_transfer. */
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
    b->accounts = accounts;
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
    pause(); /* here the check lets others run */
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
