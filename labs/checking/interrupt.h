/* Ctrl-C, or a time limit from outside, while a trial runs: first everything
 * is tidied up, then the judge ends by that signal. Internal to the library. */
#ifndef CHECKING_INTERRUPT_H
#define CHECKING_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

enum { INTERRUPT_SIGNALS = 3 };

struct interrupt {
    struct sigaction old[INTERRUPT_SIGNALS];
};

void interrupt_begin(struct interrupt *interrupt);
bool interrupt_came(void);

/* Puts back what was there before; does not come back if a signal came. */
void interrupt_end(const struct interrupt *interrupt);

#endif
