/* The one place where a check speaks: the message, what the exercise printed,
 * the seed; then cmocka ends the test. What is said in cases that all labs
 * have in common is in verdict_common.c. */
#include "verdict.h"

#include "seed.h"
#include "text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_MESSAGE = 2048 };

static void show_printed(const struct outcome *outcome)
{
    size_t shown = strlen(outcome->said);

    if (shown == 0)
        return;
    printf("\n  Your code printed:\n");
    text_quote(stdout, "  | ", outcome->said);
    if (outcome->said_bytes > shown)
        printf("  | … and %zu bytes more\n", outcome->said_bytes - shown);
}

/* cmocka names a line with every failure: the exercise is what is to be read,
 * not the check. */
static _Noreturn void end_test(const struct outcome *outcome)
{
    char file[sizeof outcome->crash.where] = "exercise.c";
    int line = 1;

    if (outcome != NULL)
        sscanf(outcome->crash.where, "%95[^:]:%d", file, &line);
    _fail(file, line);
    abort(); /* _fail jumps, but does not say so */
}

static bool spoken;

bool verdict_spoken(void)
{
    return spoken;
}

void verdict_fail(const struct outcome *outcome, const char *format, ...)
{
    char message[MAX_MESSAGE];
    va_list values;

    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);

    printf("\n");
    text_wrap(stdout, "  ", message);
    if (outcome != NULL)
        show_printed(outcome);
    if (seed_used())
        printf("\n  The inputs were random; LAB_SEED=%" PRIu64
               " gives the same again.\n",
               seed_get());
    printf("\n");
    fflush(stdout);
    spoken = true;
    end_test(outcome);
}
