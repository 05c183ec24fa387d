/* Exercise 15: three things that fork(2) or exec(3) copy, made safe. */
#ifndef EXERCISE_H
#define EXERCISE_H

#include <stdio.h>
#include <sys/types.h>

/* Text. Make a child that calls child(out), and then ends with exit status 0.
 * Come back at once with its process id, or with -1 if there is no child; to
 * wait for it is the caller's business.
 *
 * In the end each text is in its file exactly once: what the caller has printed
 * before, to `out` and to any other stream; what child prints to `out`; and
 * what the caller prints afterwards. What the caller has told atexit(3) to do
 * is not done in the child. */
pid_t fork_text(FILE *out, void (*child)(FILE *out));

/* A ledger: a sum, and a count of the amounts that are in it. Any number of
 * threads may use one; NULL if there is no memory for it. None is closed. */
struct ledger;
struct ledger *ledger_open(void);

/* First the sum grows by amount, then midway() is called, then the count grows
 * by one. All three under the ledger's lock: nobody sees the middle. */
void ledger_add(struct ledger *l, long amount, void (*midway)(void));

/* Sum and count, which belong together. */
void ledger_read(struct ledger *l, long *ret_sum, long *ret_count);

/* A lock. Make a child that calls child(l), and then ends with exit status 0;
 * come back as fork_text does. The child has a ledger of its own, a copy. It is
 * whole, and can be read and added to as any other, whatever other threads of
 * the caller do with the ledger at that moment. So can the caller's. */
pid_t ledger_fork(struct ledger *l, void (*child)(struct ledger *l));

/* A handle. Open the file at path for reading; -1 and errno as in open(2). No
 * program that is started by exec has the handle: other threads of the caller
 * may fork and exec at any moment, also while you are in here. */
int open_private(const char *path);

#endif
