/* key=value, read against a table: unknown keys, numbers out of range and
 * missing keys are named, with what would be right. */
#include "arguments.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_number(const struct key *key)
{
    return key->min != 0 || key->max != 0;
}

static int number_check(const struct key *key, const char *text, char *message,
                        size_t message_bytes)
{
    char *end;

    errno = 0;
    long value = strtol(text, &end, 10);
    if (*text != '\0' && *end == '\0' && errno == 0 && value >= key->min &&
        value <= key->max)
        return 0;

    snprintf(message, message_bytes,
             "%s=%.40s: give a whole number from %ld to %ld", key->name, text,
             key->min, key->max);
    return -EINVAL;
}

/* The index of the key that `word` begins with; -1 when there is none. */
static int key_find(const struct key *keys, const char *word)
{
    const char *equals = strchr(word, '=');
    size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);

    for (int i = 0; keys[i].name != NULL; i++)
        if (strlen(keys[i].name) == length &&
            strncmp(keys[i].name, word, length) == 0)
            return i;
    return -1;
}

static void list_keys(const struct key *keys, char *message,
                      size_t message_bytes)
{
    for (int i = 0; keys[i].name != NULL; i++) {
        size_t used = strlen(message);

        snprintf(message + used, message_bytes - used, "%s%s",
                 i == 0 ? "" : ", ", keys[i].name);
    }
}

int arguments_parse(struct arguments *arguments, const struct key *keys,
                    int count, char *const words[], char *message,
                    size_t message_bytes)
{
    arguments->keys = keys;
    for (int i = 0; keys[i].name != NULL; i++)
        arguments->values[i] = keys[i].fallback;

    for (int w = 0; w < count; w++) {
        int i = key_find(keys, words[w]);
        const char *equals = strchr(words[w], '=');

        if (i < 0 || equals == NULL) {
            snprintf(message, message_bytes,
                     "%.40s: give key=value; the keys are ", words[w]);
            list_keys(keys, message, message_bytes);
            return -EINVAL;
        }
        if (is_number(&keys[i])) {
            int rc = number_check(&keys[i], equals + 1, message, message_bytes);
            if (rc < 0)
                return rc;
        }
        arguments->values[i] = equals + 1;
    }

    for (int i = 0; keys[i].name != NULL; i++) {
        if (arguments->values[i] != NULL)
            continue;
        snprintf(message, message_bytes, "%s=… is missing: %s", keys[i].name,
                 keys[i].help);
        return -EINVAL;
    }
    return 0;
}

const char *arguments_word(const struct arguments *arguments, const char *name)
{
    return arguments->values[key_find(arguments->keys, name)];
}

long arguments_number(const struct arguments *arguments, const char *name)
{
    return strtol(arguments_word(arguments, name), NULL, 10);
}
