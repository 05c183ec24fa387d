/* Where did it crash? The trial notes the addresses, the judge names the line.
 * Internal to the library. */
#ifndef CHECKING_CRASH_H
#define CHECKING_CRASH_H

#include "stage.h"
#include "trial.h"

/* In the child, before the body. */
void crash_arm(void);

/* In the judge, afterwards. */
void crash_read(struct stage *stage, struct crash *ret_crash);

#endif
