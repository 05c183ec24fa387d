/* Text for a terminal. Internal to the library. */
#ifndef CHECKING_TEXT_H
#define CHECKING_TEXT_H

#include <stdio.h>

/* Prints words, each line at most 80 columns with its margin; a newline in the
 * text stays one. */
void text_wrap(FILE *out, const char *margin, const char *text);

/* Prints lines as they are, each behind the margin, without what a terminal
 * would obey. */
void text_quote(FILE *out, const char *margin, const char *text);

#endif
