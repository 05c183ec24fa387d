/* Claims for a person, at 80 columns. */
#include "claims.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 79, INDENT = 5 };

/* Columns of a UTF-8 word without wide characters. */
static size_t columns_of(const char *word, size_t bytes)
{
    size_t columns = 0;

    for (size_t i = 0; i < bytes; i++)
        columns += ((unsigned char)word[i] & 0xc0) != 0x80;
    return columns;
}

/* Wrapped at spaces, each line indented; `column`: where the first begins. */
static void print_wrapped(FILE *out, const char *text, size_t column)
{
    while (*text != '\0') {
        size_t bytes = strcspn(text, " ");
        size_t columns = columns_of(text, bytes);

        if (column > INDENT && column + 1 + columns > WIDTH) {
            fprintf(out, "\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT) {
            fputc(' ', out);
            column++;
        }
        /* A run may come from anywhere: no control character leaves here. */
        for (size_t i = 0; i < bytes; i++)
            fputc((unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?'
                                                                  : text[i],
                  out);
        column += columns;
        text += bytes + strspn(text + bytes, " ");
    }
    fputc('\n', out);
}

void claims_print(FILE *out, const json_t *claims)
{
    size_t i, left = 0;
    json_t *claim;
    char names[128] = "";

    json_array_foreach (claims, i, claim) {
        const char *id = report_text(claim, "id");
        const char *verdict = report_text(claim, "verdict");

        if (strcmp(verdict, "not measured") == 0) {
            size_t used = strlen(names);

            snprintf(names + used, sizeof(names) - used, "%s%s",
                     left++ > 0 ? ", " : "", id);
            continue;
        }
        int begun = fprintf(out, "%-*.*s%s:", INDENT, INDENT - 1, id, verdict);
        print_wrapped(out, report_text(claim, "statement"), (size_t)begun);
        fprintf(out, "%*s", INDENT, "");
        print_wrapped(out, report_text(claim, "evidence"), INDENT);
    }
    if (left > 0)
        fprintf(out, "not measured: %s\n", names);
}

int claims_show(const char *folder)
{
    char path[PATH_MAX];
    json_error_t error;

    snprintf(path, sizeof(path), "%s/run.json", folder);
    json_t *run = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    const json_t *claims = json_object_get(run, "claims");
    bool known = report_get(run, "schema") == 1 && json_is_array(claims);

    if (run == NULL)
        fprintf(stderr, "bench claims: %s: %s\n", path, error.text);
    else if (!known)
        fprintf(stderr, "bench claims: %s is no run of this version\n", path);
    else
        claims_print(stdout, claims);
    json_decref(run);
    return known ? EXIT_SUCCESS : EXIT_FAILURE;
}
