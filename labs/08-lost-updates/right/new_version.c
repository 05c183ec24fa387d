/* Without a lock: a transfer makes a new version of all balances, and puts it
 * in place only if nobody has put another there since. Old versions are never
 * given back, since somebody may still be reading. */
#include "exercise.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct bank {
    _Atomic(long *) balances;
    size_t bytes;
};

struct bank *bank_open(int accounts, long each)
{
    struct bank *const b = malloc(sizeof(*b));
    if (b == NULL)
        return NULL;
    b->bytes = (size_t)accounts * sizeof(long);
    long *const balances = malloc(b->bytes);
    if (balances == NULL) {
        free(b);
        return NULL;
    }
    for (int i = 0; i < accounts; i++)
        balances[i] = each;
    atomic_init(&b->balances, balances);
    return b;
}

long bank_balance(struct bank *b, int account)
{
    return atomic_load(&b->balances)[account];
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    long *const mine = malloc(b->bytes);
    if (mine == NULL)
        abort();
    long *seen = atomic_load(&b->balances);
    do {
        if (seen[from] < amount) {
            free(mine);
            return -1;
        }
        memcpy(mine, seen, b->bytes);
        mine[from] -= amount;
        mine[to] += amount;
        pause();
    } while (!atomic_compare_exchange_strong(&b->balances, &seen, mine));
    return 0;
}
