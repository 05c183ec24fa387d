// starter: /* Exercise 08: a bank that is right as long as one thread uses it. Read
// starter:  * exercise.h first, then make it right for any number of threads; then
// starter:  *
// starter:  *     scripts/lab check 08
// starter:  *
// starter:  * As it stands, nothing keeps two threads apart. Look for what stands between
// starter:  * a reading and its writing, and for every way out of bank_transfer. */
// solution begins
/* Exercise 08, solved: one lock for the whole bank. Whoever reads or writes a
 * balance holds it, from the first look to the last word written. Notice that
 * the lock lies in the bank: beside what it guards, once for all threads. */
// solution ends
#include "exercise.h"

// solution begins
#include <pthread.h>
#include <stdbool.h>
// solution ends
#include <stdlib.h>

struct bank {
    // solution begins
    pthread_mutex_t lock; /* guards the balances */
    // solution ends
    int accounts;
    long balances[];
};

struct bank *bank_open(int accounts, long each)
{
    struct bank *const b =
        malloc(sizeof(*b) + (size_t)accounts * sizeof(b->balances[0]));
    if (b == NULL)
        return NULL;
    // solution begins
    if (pthread_mutex_init(&b->lock, NULL) != 0) {
        free(b);
        return NULL;
    }
    // solution ends
    b->accounts = accounts;
    for (int i = 0; i < accounts; i++)
        b->balances[i] = each;
    return b;
}

long bank_balance(struct bank *b, int account)
{
    // solution begins
    pthread_mutex_lock(&b->lock);
    const long balance = b->balances[account];
    pthread_mutex_unlock(&b->lock);
    return balance;
    // solution ends
    // starter: return b->balances[account];
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
    // solution begins
    pthread_mutex_lock(&b->lock);
    const bool enough = b->balances[from] >= amount;
    if (enough) {
        change(b, from, -amount, pause);
        change(b, to, amount, pause);
    }
    pthread_mutex_unlock(&b->lock); /* the only way out, for both answers */
    return enough ? 0 : -1;
    // solution ends
    // starter: if (b->balances[from] < amount)
    // starter:     return -1;
    // starter: change(b, from, -amount, pause);
    // starter: change(b, to, amount, pause);
    // starter: return 0;
}
