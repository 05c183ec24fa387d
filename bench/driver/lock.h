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

/* The process that holds the lock; 0: nobody, or unknown, as one in another
 * container is. */
pid_t lock_holder(void);

#endif
