/* The machine fails, not the student. Internal to the library. */
#ifndef CHECKING_IMPOSSIBLE_H
#define CHECKING_IMPOSSIBLE_H

/* Ends the check program with 77 ("skipped") and one line that names `what`
 * and the error in errno. */
_Noreturn void impossible(const char *what);

/* The same, with a text that is ready. */
_Noreturn void impossible_because(const char *reason);

/* The same, where /proc shows an emulator in the place of what it runs. */
void impossible_if_emulated(void);

#endif
