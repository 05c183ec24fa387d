/* Exercise 08: a bank that many threads use at the same time. */
#ifndef EXERCISE_H
#define EXERCISE_H

struct bank; /* what is in it, exercise.c says */

/* A bank with the accounts 0, 1, … accounts - 1, each of which holds `each`;
 * NULL if there is no memory. There may be several banks. None is closed. */
struct bank *bank_open(int accounts, long each);

/* What the account holds. */
long bank_balance(struct bank *b, int account);

/* Move amount, which is not negative, from one account to the other. They may
 * be the same account: nothing changes then.
 *
 *   0     it is done
 *   -1    `from` holds less than amount, and nothing has changed
 *
 * Any number of threads may call bank_transfer and bank_balance at the same
 * time. No money is lost, none appears, no balance goes below 0. And a transfer
 * is one step: who finds the amount gone from one account, and then looks into
 * the other, finds it there.
 *
 * Between reading a balance and writing it back, call pause(). No real program
 * does that: pause stands for the moment in which the scheduler takes the CPU
 * from you. The check stops you there, and lets somebody else run meanwhile.
 * Call it once or several times, but call it there. */
int bank_transfer(struct bank *b, int from, int to, long amount,
                  void (*pause)(void));

#endif
