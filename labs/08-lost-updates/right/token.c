/* One byte in a pipe: whoever has read it may touch the balances, and writes it
 * back afterwards. */
#include "exercise.h"

#include <stdlib.h>
#include <unistd.h>

struct bank {
    int ends[2];
    long balances[];
};

static void give(struct bank *b)
{
    if (write(b->ends[1], "t", 1) != 1)
        abort();
}

static void take(struct bank *b)
{
    char token;
    if (read(b->ends[0], &token, 1) != 1)
        abort();
}

struct bank *bank_open(int accounts, long each)
{
    struct bank *const b =
        malloc(sizeof(*b) + (size_t)accounts * sizeof(b->balances[0]));
    if (b == NULL)
        return NULL;
    if (pipe(b->ends) < 0) {
        free(b);
        return NULL;
    }
    for (int i = 0; i < accounts; i++)
        b->balances[i] = each;
    give(b);
    return b;
}

long bank_balance(struct bank *b, int account)
{
    take(b);
    const long balance = b->balances[account];
    give(b);
    return balance;
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    int result = -1;
    take(b);
    const long balance = b->balances[from];
    if (balance >= amount) {
        pause();
        b->balances[from] = balance - amount;
        b->balances[to] += amount;
        result = 0;
    }
    give(b);
    return result;
}
