/* Steps: the student's object is compiled with -fsanitize=thread, but linked
 * with this library in place of the sanitizer. The compiler then calls us at
 * every access to memory that others may see; there each thread stops, and the
 * judge moves one at a time, always the one that has moved least. Two threads
 * that read, add and write meet between the read and the write, every time.
 * Not in a build with a sanitizer (-Db_sanitize): a check has to skip then. */
#ifndef CHECKING_STEPS_H
#define CHECKING_STEPS_H

#include "hook.h"

#include <stdbool.h>

/* In the check, before the trial. */
void steps_setup(void);

/* In the trial's body: around the student's function. */
void steps_begin(void);
void steps_end(void);

/* In on_quiet: false if nobody stands at a step. */
bool steps_move_one(void);

long steps_count(void);

#endif
