/* How a check ends when the machine lacks what judging takes. */
#include "impossible.h"

#include "proc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_SKIPPED = 77 }; /* meson and automake: the test was skipped */

void impossible_because(const char *reason)
{
    printf("SKIP: this machine cannot check the exercise: %s\n", reason);
    fflush(stdout);
    /* Not exit: what atexit would tidy up is of no use, and a leak checker's
     * own status would take the place of this one. */
    _exit(EXIT_SKIPPED);
}

void impossible(const char *what)
{
    char reason[160];

    snprintf(reason, sizeof reason, "%s: %s", what, strerror(errno));
    impossible_because(reason);
}

void impossible_if_emulated(void)
{
    if (proc_is_emulators())
        impossible_because("an emulator runs it, and /proc shows the emulator");
}
