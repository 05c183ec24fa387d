/* Small facts out of the kernel's text files (proc(5), sysfs(5)). Notice that
 * only printable ASCII leaves this file: what it read goes into JSON, CSV and
 * charts. */
#include "facts.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool join(const char *root, const char *path, char *ret_full,
                 size_t size)
{
    int length = snprintf(ret_full, size, "%s%s", root, path);

    return length >= 0 && (size_t)length < size;
}

FILE *facts_open(const char *root, const char *path)
{
    char full[PATH_MAX];

    if (!join(root, path, full, sizeof full)) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return fopen(full, "re");
}

bool facts_exists(const char *root, const char *path)
{
    char full[PATH_MAX];

    return join(root, path, full, sizeof full) && access(full, F_OK) == 0;
}

/* A text without the white space around it, and printable. */
static void tidy(const char *text, char *ret_text, size_t size)
{
    while (isspace((unsigned char)*text))
        text++;
    snprintf(ret_text, size, "%s", text);

    size_t length = strlen(ret_text);
    while (length > 0 && isspace((unsigned char)ret_text[length - 1]))
        ret_text[--length] = '\0';
    for (char *c = ret_text; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

bool facts_line(const char *root, const char *path, char *ret_text, size_t size)
{
    char *line = NULL;
    size_t room = 0;

    ret_text[0] = '\0';
    FILE *file = facts_open(root, path);
    if (file == NULL)
        return false;
    if (getline(&line, &room, file) >= 0)
        tidy(line, ret_text, size);
    free(line);
    fclose(file);
    return ret_text[0] != '\0';
}

long facts_number(const char *root, const char *path)
{
    char text[32];
    char *end;

    if (!facts_line(root, path, text, sizeof text))
        return FACT_UNKNOWN;
    errno = 0;
    long number = strtol(text, &end, 10);
    return end == text || errno != 0 || number < 0 ? FACT_UNKNOWN : number;
}

/* The part behind `key` and a colon, or NULL if the line has another key. */
static const char *value_of(const char *line, const char *key)
{
    size_t length = strlen(key);

    if (strncmp(line, key, length) != 0)
        return NULL;
    const char *rest = line + length + strspn(line + length, " \t");
    return *rest == ':' ? rest + 1 : NULL;
}

bool facts_field(const char *root, const char *path, const char *key,
                 char *ret_text, size_t size)
{
    char *line = NULL;
    size_t room = 0;
    bool found = false;

    ret_text[0] = '\0';
    FILE *file = facts_open(root, path);
    if (file == NULL)
        return false;
    while (!found && getline(&line, &room, file) >= 0) {
        const char *value = value_of(line, key);
        if (value != NULL) {
            tidy(value, ret_text, size);
            found = ret_text[0] != '\0';
        }
    }
    free(line);
    fclose(file);
    return found;
}

bool facts_word(const char *text, const char *separators, const char *word)
{
    size_t length = strlen(word);

    while (*text != '\0') {
        size_t next = strcspn(text, separators);
        if (next == length && strncmp(text, word, length) == 0)
            return true;
        text += next;
        text += strspn(text, separators);
    }
    return false;
}
