/* gil: which Pythons are there? PATH is searched as a shell would; each one
 * found says itself what it is. Nothing is assumed of it: whatever it prints,
 * or fails to, ends in a name or in a reason. */
#include "gil.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIMIT_S = 30 };

static const char no_python[] = "it says something else than a Python would";

/* "3", "3.11", "3.13t" after the word; pypy has no build without a lock. */
static bool is_version(const char *text, bool free_threaded)
{
    if (*text++ != '3')
        return false;
    if (*text == '\0')
        return true;
    if (*text++ != '.' || strspn(text, "0123456789") == 0)
        return false;
    text += strspn(text, "0123456789");
    return *text == '\0' || (free_threaded && strcmp(text, "t") == 0);
}

static int is_python(const struct dirent *entry)
{
    const char *name = entry->d_name;

    return (strncmp(name, "python", 6) == 0 && is_version(name + 6, true)) ||
           (strncmp(name, "pypy", 4) == 0 && is_version(name + 4, false));
}

static bool is_program(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISREG(facts.st_mode) &&
           access(path, X_OK) == 0;
}

/* A reason as CSV can hold it. */
static void set_reason(struct gil_python *python, const char *reason)
{
    snprintf(python->unavailable, sizeof(python->unavailable), "%.*s",
             (int)sizeof(python->unavailable) - 1, reason);
    for (char *c = python->unavailable; *c != '\0'; c++)
        if (strchr(",\"\\", *c) != NULL)
            *c = ';';
        else if (*c < ' ' || *c > '~')
            *c = '?';
}

/* -I: neither the environment nor the current folder changes what it does.
 * -S: it starts sooner without the folders of further packages. */
static int ask(const struct context *context, const struct gil_python *python,
               const char *measure, const char *word, struct rows *ret,
               struct failure *failure)
{
    char path[PATH_MAX], isolated[] = "-I", plain[] = "-S", name[32], key[48];
    char script[PATH_MAX + 16];
    char *const argv[] = { path,   isolated, plain,
                           script, name,     word[0] != '\0' ? key : NULL,
                           NULL };
    struct command command;

    snprintf(path, sizeof(path), "%s", python->path);
    snprintf(script, sizeof(script), "%s/gil.py", context->programs);
    snprintf(name, sizeof(name), "%s", measure);
    snprintf(key, sizeof(key), "%s", word);
    int rc = command_run(argv, LIMIT_S, context->stop, &command, failure);
    if (rc == 0 && rows_parse(command.out, ret, failure) < 0) {
        *failure = (struct failure){ "" };
        failure_note(failure, 0, "%s", no_python);
        rc = -EPROTO;
    }
    return rc;
}

int gil_python_words(const struct context *context,
                     const struct gil_python *python,
                     struct bench_case *bench_case)
{
    int rc = bench_case_argument(bench_case, "%s", python->path);

    if (rc == 0)
        rc = bench_case_words(bench_case, "-I -S");
    if (rc == 0)
        rc = bench_case_argument(bench_case, "%s/gil.py", context->programs);
    return rc;
}

int gil_python_calibrate(const struct context *context,
                         const struct gil_python *python, double target,
                         unsigned long *ret_size, struct failure *failure)
{
    char word[48];
    struct rows rows;

    snprintf(word, sizeof(word), "target_ms=%.0f", fmax(1, target));
    int rc = ask(context, python, "calibrate", word, &rows, failure);
    if (rc < 0)
        return rc;
    double size = rows_number(&rows.table[0], 0, "size");
    rows_free(&rows);
    if (!(size >= 1 && size <= 1e7))
        return failure_note(failure, -EPROTO, "it found no size for its work");
    *ret_size = (unsigned long)size;
    return 0;
}

/* What it says of itself. The version's last number is put behind the name
 * only where two would have the same. */
static int read_who(const struct rows_table *table, struct gil_python *python,
                    double *ret_micro)
{
    const char *name = rows_cell(table, 0, "name");
    const char *executable = rows_cell(table, 0, "executable");
    double has_lock = rows_number(table, 0, "has_lock");

    *ret_micro = rows_number(table, 0, "micro");
    if (name == NULL || name[0] == '\0' || strlen(name) > 24 ||
        executable == NULL || isnan(has_lock) || isnan(*ret_micro))
        return -EPROTO;
    snprintf(python->name, sizeof(python->name), "%s", name);
    if (executable[0] != '\0' && strlen(executable) < sizeof(python->path))
        snprintf(python->path, sizeof(python->path), "%s", executable);
    python->has_lock = has_lock != 0;
    return 0;
}

/* Whether two paths are one file. */
static bool is_same(const char *one, const char *other)
{
    struct stat a, b;

    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_ino == b.st_ino &&
           a.st_dev == b.st_dev;
}

struct search {
    const struct context *context;
    unsigned most;
    struct gil_pythons *found;
    /* Of each one found: what it called itself; its version's last number, NAN
     * when it did not say. */
    char said[GIL_PYTHONS][32];
    double micro[GIL_PYTHONS];
};

/* Whether that program, or another one of that version, is there already. */
static bool is_known(const struct search *search,
                     const struct gil_python *python, double micro)
{
    for (size_t i = 0; i < search->found->count; i++)
        if (is_same(search->found->all[i].path, python->path) ||
            (strcmp(search->said[i], python->name) == 0 &&
             (isnan(micro) || search->micro[i] == micro)))
            return true;
    return false;
}

static bool is_name_taken(const struct gil_pythons *pythons, const char *name)
{
    for (size_t i = 0; i < pythons->count; i++)
        if (strcmp(pythons->all[i].name, name) == 0)
            return true;
    return false;
}

static unsigned alike(const struct gil_pythons *pythons, bool has_lock)
{
    unsigned count = 0;

    for (size_t i = 0; i < pythons->count; i++)
        count += pythons->all[i].unavailable[0] == '\0' &&
                 pythons->all[i].has_lock == has_lock;
    return count;
}

/* Takes the Python at that path into the list, with its name or its reason. */
static int add(struct search *search, const char *folder, const char *file,
               struct failure *failure)
{
    struct gil_pythons *found = search->found;
    struct gil_python *python = &found->all[found->count];
    struct failure why = { "" };
    struct rows rows;
    double micro = NAN;

    *python = (struct gil_python){ .has_lock = true };
    snprintf(python->name, sizeof(python->name), "%.31s", file);
    int length =
        snprintf(python->path, sizeof(python->path), "%s/%s", folder, file);
    if (length < 0 || (size_t)length >= sizeof(python->path) ||
        !is_program(python->path) || is_known(search, python, micro))
        return 0;

    int rc = ask(search->context, python, "who", "", &rows, &why);
    if (rc == -EINTR || rc == -ENOMEM)
        return failure_note(failure, rc, "%s", why.text);
    if (rc == 0) {
        if (read_who(&rows.table[0], python, &micro) < 0)
            set_reason(python, no_python);
        rows_free(&rows);
    } else if (strstr(why.text, "command not found") != NULL) {
        return 0; /* a version manager's name for what is not installed */
    } else {
        set_reason(python, why.text);
    }
    if (is_known(search, python, micro))
        return 0;
    memcpy(search->said[found->count], python->name, sizeof(python->name));
    if (is_name_taken(found, python->name))
        snprintf(python->name + strlen(python->name),
                 sizeof(python->name) - strlen(python->name), ".%.0f", micro);
    if (python->unavailable[0] == '\0' &&
        alike(found, python->has_lock) >= search->most)
        set_reason(python, "left out; a longer profile measures more Pythons");
    search->micro[found->count++] = micro;
    return 0;
}

static int add_folder(struct search *search, const char *folder,
                      struct failure *failure)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_python, alphasort);
    int rc = 0;

    for (int i = 0; i < count; i++) {
        if (rc == 0 && search->found->count < GIL_PYTHONS)
            rc = add(search, folder, names[i]->d_name, failure);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return rc;
}

int gil_find_pythons(const struct context *context, unsigned most,
                     struct gil_pythons *ret, struct failure *failure)
{
    struct search search = { .context = context, .most = most, .found = ret };
    const char *path = getenv("PATH");
    const char *rest = path != NULL ? path : "/usr/local/bin:/usr/bin:/bin";
    int rc = 0;

    ret->count = 0;
    while (*rest != '\0' && rc == 0) {
        char folder[PATH_MAX];
        size_t length = strcspn(rest, ":");

        if (length > 0 && length < sizeof(folder)) {
            snprintf(folder, sizeof(folder), "%.*s", (int)length, rest);
            rc = add_folder(&search, folder, failure);
        }
        rest += length + (rest[length] == ':');
    }
    return rc;
}
