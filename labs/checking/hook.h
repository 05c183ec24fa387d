/* Places where the check may stop a thread of the student's: the pause that a
 * contract asks for, a renamed lock, an access to shared memory. One device at
 * a time (duel.h or steps.h) says what happens there. */
#ifndef CHECKING_HOOK_H
#define CHECKING_HOOK_H

#include <pthread.h>

/* NULL: nothing happens there. */
void hook_set(void (*device)(void));

/* One of those places. Has the type of a contract's `void (*pause)(void)`. */
void hook_here(void);

/* In the student's object, pthread_mutex_lock and _unlock can be renamed to
 * these: before a lock is taken, and after it was let go, is such a place. */
int check_pthread_mutex_lock(pthread_mutex_t *mutex);
int check_pthread_mutex_unlock(pthread_mutex_t *mutex);

#endif
