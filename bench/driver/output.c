/* The folder of a run, and its files of objects: CSV and JSON. */
#include "output.h"

#include "output_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int make_folder(const char *path, struct failure *failure)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return 0;
    return output_refused(failure, -errno, path);
}

static int refuse_run(const char *folder, struct failure *failure)
{
    char run[PATH_MAX];

    snprintf(run, sizeof(run), "%.*s/run.json", PATH_MAX - 16, folder);
    if (access(run, F_OK) != 0)
        return 0;
    return failure_note(failure, -EINVAL,
                        "%s already holds a run; give "
                        "a new folder with --output",
                        folder);
}

static void point_latest(const char *name)
{
    char temporary[64];

    snprintf(temporary, sizeof(temporary), "results/.latest-%ld",
             (long)getpid());
    /* Where links cannot be made the run is just as good without. */
    if (symlink(name, temporary) != 0 ||
        rename(temporary, "results/latest") != 0)
        unlink(temporary);
}

static int default_folder(struct output *output, const char *host,
                          struct failure *failure)
{
    char name[128];
    time_t now = time(NULL);
    struct tm local;

    size_t used = strftime(name, sizeof(name), "%Y-%m-%d-%H%M%S-",
                           localtime_r(&now, &local));
    for (; *host != '\0' && used + 1 < sizeof(name); host++) {
        bool plain = (*host >= 'a' && *host <= 'z') ||
                     (*host >= 'A' && *host <= 'Z') ||
                     (*host >= '0' && *host <= '9');
        name[used++] = plain ? *host : '-';
    }
    name[used] = '\0';
    snprintf(output->folder, sizeof(output->folder), "results/%s", name);

    int rc = make_folder("results", failure);
    if (rc == 0)
        rc = make_folder(output->folder, failure);
    if (rc == 0)
        rc = refuse_run(output->folder, failure);
    if (rc == 0)
        point_latest(name);
    return rc;
}

int output_open(struct output *output, const char *folder, const char *host,
                struct failure *failure)
{
    if (folder == NULL)
        return default_folder(output, host, failure);

    if (strlen(folder) >= sizeof(output->folder) - 64)
        return output_refused(failure, -ENAMETOOLONG, folder);
    strcpy(output->folder, folder);
    int rc = make_folder(folder, failure);
    return rc < 0 ? rc : refuse_run(folder, failure);
}

static void cell(FILE *stream, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (value == NULL)
        value = json_object_get(json_object_get(object, "parameters"), name);
    if (json_is_string(value))
        fputs(json_string_value(value), stream);
    else if (json_is_integer(value))
        fprintf(stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        fprintf(stream, "%.6g", json_real_value(value));
}

int output_objects(const struct output *output, const char *name,
                   const char *columns, const json_t *objects,
                   struct failure *failure)
{
    char file_name[128];
    struct output_file file;
    size_t i;
    json_t *object;

    snprintf(file_name, sizeof(file_name), "%s.csv", name);
    int rc = output_file_begin(output, file_name, &file, failure);
    if (rc < 0)
        return rc;
    fprintf(file.stream, "%s\n", columns);
    json_array_foreach (objects, i, object) {
        const char *rest = columns;

        while (*rest != '\0') {
            char column[64];
            size_t length = strcspn(rest, ",");

            snprintf(column, sizeof(column), "%.*s", (int)length, rest);
            cell(file.stream, object, column);
            rest += length;
            if (*rest == ',') {
                fputc(',', file.stream);
                rest++;
            }
        }
        fputc('\n', file.stream);
    }
    return output_file_end(&file, failure);
}

int output_json(const struct output *output, const char *name,
                const json_t *value, struct failure *failure)
{
    struct output_file file;
    int rc = output_file_begin(output, name, &file, failure);
    if (rc < 0)
        return rc;

    errno = 0;
    if (json_dumpf(value, file.stream,
                   JSON_INDENT(2) | JSON_REAL_PRECISION(9)) != 0)
        file.error = errno != 0 ? errno : EIO;
    fputc('\n', file.stream);
    return output_file_end(&file, failure);
}
