/* Ending and reaping whatever a trial has left. Internal to the library. */
#ifndef CHECKING_SWEEP_H
#define CHECKING_SWEEP_H

#include <sys/types.h>

/* During a trial: a process whose parent has died comes to the judge, its
 * subreaper. When it ends, it is nobody's zombie but ours. */
void sweep_adopted(pid_t root);

/* Afterwards: ends and reaps everything below the judge, also what escaped by
 * setsid. */
void sweep_up(pid_t root);

#endif
