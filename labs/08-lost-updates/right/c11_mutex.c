/* The C standard's own mutex, one for all banks; the answer -1 from inside. */
#include "exercise.h"

#include <stdlib.h>
#include <threads.h>

struct bank {
    long balance[1];
};

static mtx_t lock;
static once_flag once = ONCE_FLAG_INIT;

static void make_lock(void)
{
    mtx_init(&lock, mtx_plain);
}

struct bank *bank_open(int accounts, long each)
{
    call_once(&once, make_lock);
    struct bank *const b = malloc((size_t)accounts * sizeof(long));
    for (int i = 0; b != NULL && i < accounts; i++)
        b->balance[i] = each;
    return b;
}

long bank_balance(struct bank *b, int account)
{
    mtx_lock(&lock);
    const long balance = b->balance[account];
    mtx_unlock(&lock);
    return balance;
}

int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void))
{
    mtx_lock(&lock);
    long balance = b->balance[from];
    pause();
    if (balance < amount) {
        mtx_unlock(&lock);
        return -1;
    }
    b->balance[from] = balance - amount;
    balance = b->balance[to];
    pause();
    b->balance[to] = balance + amount;
    mtx_unlock(&lock);
    return 0;
}
