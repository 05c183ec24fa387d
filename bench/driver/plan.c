/* Building and taking apart a list of cases. */
#define _GNU_SOURCE /* strsep, vasprintf */
#include "plan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench_case *plan_add(struct plan *plan)
{
    if (plan->count == plan->room) {
        size_t room = plan->room == 0 ? 32 : plan->room * 2;
        struct bench_case *cases =
            realloc(plan->cases, room * sizeof(cases[0]));
        if (cases == NULL)
            return NULL;
        plan->cases = cases;
        plan->room = room;
    }

    struct bench_case *added = &plan->cases[plan->count++];
    memset(added, 0, sizeof(*added));
    added->every = 1;
    return added;
}

int bench_case_argument(struct bench_case *bench_case, const char *format, ...)
{
    size_t i = 0;

    while (bench_case->argv[i] != NULL)
        i++;
    if (i + 1 >= PLAN_ARGUMENTS)
        return -E2BIG;

    va_list arguments;
    va_start(arguments, format);
    int rc = vasprintf(&bench_case->argv[i], format, arguments);
    va_end(arguments);
    if (rc < 0) {
        bench_case->argv[i] = NULL;
        return -ENOMEM;
    }
    return 0;
}

int bench_case_words(struct bench_case *bench_case, const char *format, ...)
{
    char *line, *rest, *word;
    int rc = 0;

    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&line, format, arguments);
    va_end(arguments);
    if (length < 0)
        return -ENOMEM;
    for (rest = line; rc == 0 && (word = strsep(&rest, " ")) != NULL;)
        if (*word != '\0')
            rc = bench_case_argument(bench_case, "%s", word);
    free(line);
    return rc;
}

void bench_case_give_up(struct bench_case *bench_case, const char *why)
{
    snprintf(bench_case->unavailable, sizeof(bench_case->unavailable), "%.*s",
             (int)sizeof(bench_case->unavailable) - 1, why);
    for (char *c = bench_case->unavailable; *c != '\0'; c++)
        if (strchr(",\"\\\n", *c) != NULL)
            *c = ';';
        else if (*c < ' ' || *c > '~')
            *c = '?';
}

void bench_case_parameter(struct bench_case *bench_case, unsigned index,
                          const char *name, const char *format, ...)
{
    struct parameter *parameter = &bench_case->parameters[index];
    va_list arguments;

    parameter->name = name;
    va_start(arguments, format);
    vsnprintf(parameter->value, sizeof(parameter->value), format, arguments);
    va_end(arguments);
}

bool bench_case_wanted(const struct bench_case *bench_case)
{
    return bench_case->unavailable[0] == '\0' || bench_case->broken;
}

const char *bench_case_value(const struct bench_case *bench_case,
                             const char *name)
{
    for (unsigned i = 0; i < PLAN_PARAMETERS; i++) {
        const struct parameter *parameter = &bench_case->parameters[i];

        if (parameter->name != NULL && strcmp(parameter->name, name) == 0)
            return parameter->value;
    }
    return "";
}

void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        for (size_t j = 0; j < PLAN_ARGUMENTS; j++)
            free(plan->cases[i].argv[j]);
    free(plan->cases);
    *plan = (struct plan){ .cases = NULL };
}
