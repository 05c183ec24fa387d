/* Fuzzing: key=value as the probe reads them. The first byte picks a measure,
 * each further line is a word. What is taken has to be within its bounds, what
 * is refused has to be told in one line. */
#include "../../probe/arguments.h"
#include "../../probe/measures.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct measure *const measures[] = {
    &measure_creation, &measure_ladder,   &measure_granularity,
    &measure_speedup,  &measure_writing,  &measure_population,
    &measure_order,    &measure_exchange, &measure_switching,
};
enum { MEASURES = sizeof(measures) / sizeof(measures[0]), WORDS = 24 };

static void must(int holds)
{
    if (!holds)
        abort();
}

static void check_taken(const struct arguments *arguments)
{
    for (const struct key *key = arguments->keys; key->name != NULL; key++) {
        must(arguments_word(arguments, key->name) != NULL);
        if (key->min == 0 && key->max == 0)
            continue;
        long value = arguments_number(arguments, key->name);
        must(value >= key->min && value <= key->max);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char message[MEASURE_MESSAGE] = "", *words[WORDS], *rest;
    struct arguments arguments;
    int count = 0;

    if (size == 0)
        return 0;
    char *text = strndup((const char *)data + 1, size - 1);
    if (text == NULL)
        return 0;
    for (char *word = strtok_r(text, "\n", &rest);
         word != NULL && count < WORDS; word = strtok_r(NULL, "\n", &rest))
        words[count++] = word;

    int rc = arguments_parse(&arguments, measures[data[0] % MEASURES]->keys,
                             count, words, message, sizeof(message));
    must(rc == 0 || rc == -EINVAL);
    must((rc == 0) == (message[0] == '\0'));
    must(memchr(message, '\0', sizeof(message)) != NULL);
    must(strchr(message, '\n') == NULL);
    if (rc == 0)
        check_taken(&arguments);
    free(text);
    return 0;
}
