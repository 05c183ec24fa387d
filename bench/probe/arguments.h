/* The probe's arguments: key=value, each checked against the measure's own
 * table of keys. */
#ifndef PROBE_ARGUMENTS_H
#define PROBE_ARGUMENTS_H

#include <stddef.h>

struct key {
    const char *name;
    const char *fallback; /* NULL: the key must be given */
    long min, max;        /* both 0: a word, not a number */
    const char *help;
};

enum { ARGUMENTS_MAX = 13 };

struct arguments {
    const struct key *keys; /* ends with a NULL name */
    const char *values[ARGUMENTS_MAX];
};

/* Reads count words of key=value. 0; or -EINVAL with one line of what is
 * wrong and what would be right in message. */
int arguments_parse(struct arguments *arguments, const struct key *keys,
                    int count, char *const words[], char *message,
                    size_t message_bytes);

/* The value of a key that the table has. */
long arguments_number(const struct arguments *arguments, const char *name);
const char *arguments_word(const struct arguments *arguments, const char *name);

#endif
