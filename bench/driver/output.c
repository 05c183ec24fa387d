/* CSV and JSON, whole or not at all. */
#define _GNU_SOURCE /* mkostemp */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- one file ---- */

struct file {
    FILE *stream;
    char temporary[PATH_MAX], final[PATH_MAX];
};

static const char *advice(int rc)
{
    switch (rc) {
    case -ENOSPC:
    case -EDQUOT:
        return "free some space, or give another folder with --output; ";
    case -EACCES:
    case -EPERM:
    case -EROFS:
        return "give a folder that you may write to with --output; ";
    default:
        return "";
    }
}

static int refused(struct failure *failure, int rc, const char *path)
{
    return failure_note(failure, rc, "cannot write %s (%sno other folder was "
                        "touched)", path, advice(rc));
}

static int file_begin(const struct output *output, const char *name,
                      struct file *file, struct failure *failure)
{
    int length = snprintf(file->final, sizeof(file->final), "%s/%s",
                          output->folder, name);
    int rc = snprintf(file->temporary, sizeof(file->temporary),
                      "%s/.%s.XXXXXX", output->folder, name);
    if (length >= PATH_MAX || rc >= PATH_MAX)
        return refused(failure, -ENAMETOOLONG, name);

    int fd = mkostemp(file->temporary, O_CLOEXEC);
    if (fd < 0)
        return refused(failure, -errno, file->final);
    file->stream = fdopen(fd, "w");
    if (file->stream == NULL) {
        rc = -errno;
        close(fd);
        unlink(file->temporary);
        return refused(failure, rc, file->final);
    }
    return 0;
}

/* Makes it whole: everything on the disk, readable, under its own name. */
static int file_end(struct file *file, struct failure *failure)
{
    mode_t mask = umask(0);
    int rc = 0;

    umask(mask);
    if (fflush(file->stream) != 0 || ferror(file->stream) != 0 ||
        fchmod(fileno(file->stream), 0666 & ~mask) != 0 ||
        fsync(fileno(file->stream)) != 0)
        rc = errno != 0 ? -errno : -EIO;
    if (fclose(file->stream) != 0 && rc == 0)
        rc = -errno;
    if (rc == 0 && rename(file->temporary, file->final) != 0)
        rc = -errno;
    if (rc == 0)
        return 0;
    unlink(file->temporary);
    return refused(failure, rc, file->final);
}

/* ---- the folder ---- */

static int make_folder(const char *path, struct failure *failure)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return 0;
    return refused(failure, -errno, path);
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
        point_latest(name);
    return rc;
}

int output_open(struct output *output, const char *folder, const char *host,
                struct failure *failure)
{
    if (folder == NULL)
        return default_folder(output, host, failure);

    char run[PATH_MAX];
    if (strlen(folder) >= sizeof(output->folder) - 64)
        return refused(failure, -ENAMETOOLONG, folder);
    strcpy(output->folder, folder);
    int rc = make_folder(folder, failure);
    if (rc < 0)
        return rc;
    snprintf(run, sizeof(run), "%.*s/run.json", PATH_MAX - 16, folder);
    if (access(run, F_OK) == 0)
        return failure_note(failure, -EINVAL, "%s already holds a run; give "
                            "a new folder with --output", folder);
    return 0;
}

/* ---- tables of objects ---- */

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
    struct file file;
    size_t i;
    json_t *object;

    snprintf(file_name, sizeof(file_name), "%s.csv", name);
    int rc = file_begin(output, file_name, &file, failure);
    if (rc < 0)
        return rc;
    fprintf(file.stream, "%s\n", columns);
    json_array_foreach(objects, i, object) {
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
    return file_end(&file, failure);
}

/* ---- tables of samples ---- */

enum { COLUMNS = ROWS_COLUMNS * 2 };

struct columns {
    const char *name[COLUMNS];
    unsigned count;
};

static void columns_add(struct columns *columns, const char *name)
{
    for (unsigned i = 0; i < columns->count; i++)
        if (strcmp(columns->name[i], name) == 0)
            return;
    if (columns->count < COLUMNS)
        columns->name[columns->count++] = name;
}

/* All columns that some block has in its table number t, in the order of
 * their first appearance. */
static struct columns columns_of(const struct samples *samples, size_t t)
{
    struct columns columns = { .count = 0 };

    for (size_t i = 0; i < samples->count; i++) {
        const struct rows *rows = &samples->blocks[i].rows;

        for (size_t c = 0; t < rows->tables && c < rows->table[t].columns; c++)
            columns_add(&columns, rows->table[t].names[c]);
    }
    return columns;
}

static struct columns parameters_of(const struct plan *plan)
{
    struct columns columns = { .count = 0 };

    for (size_t i = 0; i < plan->count; i++)
        for (unsigned p = 0; p < PLAN_PARAMETERS; p++)
            if (plan->cases[i].parameters[p].name != NULL)
                columns_add(&columns, plan->cases[i].parameters[p].name);
    return columns;
}

static void head(FILE *stream, const struct columns *parameters,
                 const char *more, const struct columns *values)
{
    fputs("case,placement", stream);
    for (unsigned i = 0; i < parameters->count; i++)
        fprintf(stream, ",%s", parameters->name[i]);
    fprintf(stream, ",round,order%s", more);
    for (unsigned i = 0; i < values->count; i++)
        fprintf(stream, ",%s", values->name[i]);
    fputc('\n', stream);
}

static void block_begin(FILE *stream, const struct bench_case *bench_case,
                        const struct columns *parameters,
                        const struct block *block)
{
    fprintf(stream, "%s,%s", bench_case->name, bench_case->placement);
    for (unsigned i = 0; i < parameters->count; i++)
        fprintf(stream, ",%s",
                bench_case_value(bench_case, parameters->name[i]));
    fprintf(stream, ",%u,%u", block->round, block->order);
}

static void row_end(FILE *stream, const struct rows_table *table, size_t row,
                    const struct columns *values)
{
    for (unsigned i = 0; i < values->count; i++) {
        const char *text = rows_cell(table, row, values->name[i]);

        fprintf(stream, ",%s", text != NULL ? text : "");
    }
    fputc('\n', stream);
}

static int write_samples(const struct output *output, const char *name,
                         const struct plan *plan,
                         const struct samples *samples,
                         struct failure *failure)
{
    struct columns parameters = parameters_of(plan);
    struct columns values = columns_of(samples, 0);
    struct file file;
    int rc = file_begin(output, name, &file, failure);
    if (rc < 0)
        return rc;

    head(file.stream, &parameters, "", &values);
    for (size_t b = 0; b < samples->count; b++) {
        const struct block *block = &samples->blocks[b];
        const struct rows_table *table = &block->rows.table[0];

        for (size_t row = 0; row < table->rows; row++) {
            block_begin(file.stream, &plan->cases[block->case_index],
                        &parameters, block);
            row_end(file.stream, table, row, &values);
        }
    }
    return file_end(&file, failure);
}

static int write_blocks(const struct output *output, const char *name,
                        const struct plan *plan, const struct samples *samples,
                        struct failure *failure)
{
    struct columns parameters = parameters_of(plan);
    struct columns values = columns_of(samples, 1);
    struct file file;
    int rc = file_begin(output, name, &file, failure);
    if (rc < 0)
        return rc;

    head(file.stream, &parameters, ",others_running,excluded", &values);
    for (size_t b = 0; b < samples->count; b++) {
        const struct block *block = &samples->blocks[b];
        const struct rows_table none = { .columns = 0 };
        const struct rows *rows = &block->rows;

        block_begin(file.stream, &plan->cases[block->case_index], &parameters,
                    block);
        if (isnan(block->others_running))
            fputc(',', file.stream);
        else
            fprintf(file.stream, ",%.0f", block->others_running);
        fprintf(file.stream, ",%s",
                block->excluded != NULL ? block->excluded : "");
        row_end(file.stream, rows->tables > 1 ? &rows->table[1] : &none, 0,
                &values);
    }
    return file_end(&file, failure);
}

int output_samples(const struct output *output, const char *name,
                   const struct plan *plan, const struct samples *samples,
                   struct failure *failure)
{
    char file_name[128];

    snprintf(file_name, sizeof(file_name), "%s.csv", name);
    int rc = write_samples(output, file_name, plan, samples, failure);
    if (rc < 0)
        return rc;
    snprintf(file_name, sizeof(file_name), "%s-blocks.csv", name);
    return write_blocks(output, file_name, plan, samples, failure);
}

int output_json(const struct output *output, const char *name,
                const json_t *value, struct failure *failure)
{
    struct file file;
    int rc = file_begin(output, name, &file, failure);
    if (rc < 0)
        return rc;

    if (json_dumpf(value, file.stream, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) != 0)
        errno = errno != 0 ? errno : EIO;
    fputc('\n', file.stream);
    return file_end(&file, failure);
}
