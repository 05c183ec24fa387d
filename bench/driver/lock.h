/* One run at a time on a machine: two would measure each other. */
#ifndef DRIVER_LOCK_H
#define DRIVER_LOCK_H

#include "failure.h"

#include <signal.h>
#include <stdbool.h>

/* Takes the machine's lock, which the end of this process gives back, however
 * it ends. When somebody holds it: -EBUSY, and failure says who; or, with
 * wait, sleeps until it is free, or until *stop: -EINTR. Returns the lock's
 * descriptor (close-on-exec) otherwise, or another -errno. */
int lock_take(bool wait, const volatile sig_atomic_t *stop,
              struct failure *failure);

/* " (process 17)" for the one that holds the lock; empty when that is not to be
 * known: it has just ended, or runs in another container. */
enum { LOCK_HOLDER = 32 };
void lock_name_holder(char text[LOCK_HOLDER]);

#endif
