/* A hostfile is input: bounded, and every complaint names its line. */
#define _GNU_SOURCE /* open_memstream, strsep */
#include "hostfile.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A plain file's text; NULL with the reason. */
static char *read_text(const char *path, int *ret_error,
                       struct failure *failure)
{
    struct stat about;
    char *text = malloc(HOSTFILE_BYTES + 1);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t used = -1;

    if (text == NULL || file < 0 || fstat(file, &about) != 0)
        *ret_error = failure_note(failure, -errno, "--hostfile '%s'", path);
    else if (!S_ISREG(about.st_mode) || about.st_size > HOSTFILE_BYTES)
        *ret_error =
            failure_note(failure, -EINVAL,
                         "--hostfile '%s': give a plain file of at most "
                         "%d KiB",
                         path, HOSTFILE_BYTES / 1024);
    else
        used = read(file, text, HOSTFILE_BYTES);
    if (used < 0 && *ret_error == 0)
        *ret_error = failure_note(failure, -errno, "--hostfile '%s'", path);
    if (file >= 0)
        close(file);
    if (used < 0) {
        free(text);
        return NULL;
    }
    text[used] = '\0';
    return text;
}

/* The launcher gets the name on its command line: no option, no blank. */
static bool is_name(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < HOSTFILE_NAME &&
           isalnum((unsigned char)name[0]) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789.-_") == length;
}

/* A whole number of slots, 1 or more; 0: it is none. */
static int read_slots(const char *text)
{
    char *end;
    long slots = isdigit((unsigned char)text[0]) ? strtol(text, &end, 10) : 0;

    return slots > 0 && *end == '\0' && slots <= HOSTFILE_SLOTS ? (int)slots
                                                                : 0;
}

/* The line's host and its slots. NULL, or what is wrong with it. */
static const char *read_line(char *line, struct hostfile_host *ret)
{
    char *word, *colon;

    *ret = (struct hostfile_host){ .slots = 0 };
    while ((word = strsep(&line, " \t\r")) != NULL) {
        if (*word == '\0')
            continue;
        if (ret->name[0] == '\0') {
            colon = strchr(word, ':');
            if (colon != NULL) {
                *colon = '\0';
                ret->slots = read_slots(colon + 1);
                if (ret->slots == 0)
                    return "after the colon comes a number of slots";
            }
            if (!is_name(word))
                return "a host's name has letters, digits, dots and dashes "
                       "only (a user's name belongs into ~/.ssh/config)";
            snprintf(ret->name, sizeof(ret->name), "%s", word);
        } else if (strncmp(word, "slots=", 6) == 0 && ret->slots == 0) {
            ret->slots = read_slots(word + 6);
            if (ret->slots == 0)
                return "slots= wants a number of slots";
        } else if (strncmp(word, "max_slots=", 10) != 0 &&
                   strncmp(word, "max-slots=", 10) != 0) {
            return "give `NAME slots=NUMBER` or `NAME:NUMBER`";
        }
    }
    return ret->slots > 0 ? NULL
                          : "say how many ranks it takes: `NAME slots=NUMBER` "
                            "or `NAME:NUMBER`";
}

static const char *add_host(struct hostfile *hostfile,
                            const struct hostfile_host *host)
{
    int at = 0;

    while (at < hostfile->count &&
           strcmp(hostfile->hosts[at].name, host->name) != 0)
        at++;
    if (at == HOSTFILE_HOSTS || hostfile->slots + host->slots > HOSTFILE_SLOTS)
        return "too many hosts or slots";
    if (at == hostfile->count) {
        hostfile->hosts[at] = (struct hostfile_host){ .slots = 0 };
        snprintf(hostfile->hosts[at].name, HOSTFILE_NAME, "%s", host->name);
        hostfile->count++;
    }
    hostfile->hosts[at].slots += host->slots;
    hostfile->slots += host->slots;
    return NULL;
}

int hostfile_read(const char *path, struct hostfile *ret,
                  struct failure *failure)
{
    int error = 0, number = 0;
    char *text = read_text(path, &error, failure), *rest = text, *line;

    memset(ret, 0, sizeof(*ret));
    while (error == 0 && (line = strsep(&rest, "\n")) != NULL) {
        struct hostfile_host host;
        const char *wrong;

        number++;
        line[strcspn(line, "#")] = '\0';
        if (line[strspn(line, " \t\r")] == '\0')
            continue;
        wrong = read_line(line, &host);
        if (wrong == NULL)
            wrong = add_host(ret, &host);
        if (wrong != NULL)
            error =
                failure_note(failure, -EINVAL, "--hostfile '%s', line %d: %s",
                             path, number, wrong);
    }
    if (error == 0 && ret->count == 0)
        error = failure_note(failure, -EINVAL,
                             "--hostfile '%s' names no host: give a line "
                             "`NAME slots=NUMBER` for each",
                             path);
    free(text);
    return error;
}

char *hostfile_list(const struct hostfile *hostfile, int hosts, int slots)
{
    char *list = NULL;
    size_t size;
    FILE *out = open_memstream(&list, &size);

    if (out == NULL)
        return NULL;
    for (int i = 0; i < hosts && i < hostfile->count; i++)
        fprintf(out, "%s%s:%d", i > 0 ? "," : "", hostfile->hosts[i].name,
                slots > 0 ? slots : hostfile->hosts[i].slots);
    if (fclose(out) != 0) {
        free(list);
        return NULL;
    }
    return list;
}
