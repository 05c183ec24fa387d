/* Error numbers as words: names for rows, sentences for people. */
#ifndef PROBE_ERRORS_H
#define PROBE_ERRORS_H

/* "EAGAIN" and its like; "" for 0; "E123" for numbers without a name here. */
const char *error_name(int error);

/* Writes "what: reason" into a measure's message. Returns -error. */
__attribute__((format(printf, 3, 4))) int error_say(char *message, int error,
                                                    const char *what, ...);

#endif
