/* hyperfine's side of the comparison. Notice that it is called without a
 * shell, and that its results come back through a pipe. */
#define _GNU_SOURCE /* open_memstream */
#include "hyperfine.h"

#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int hyperfine_check(const volatile sig_atomic_t *stop, struct failure *failure)
{
    char hyperfine[] = "hyperfine", version[] = "--version";
    char *const argv[] = { hyperfine, version, NULL };
    struct failure refused = { "" };
    struct command command;

    int rc = command_run(argv, 20, stop, &command, &refused);
    /* EACCES is what a folder on PATH that we may not search makes of it. */
    if (rc == -ENOENT || rc == -EACCES)
        return failure_note(failure, -EINVAL,
                            "hyperfine is not installed: "
                            "install it (scripts/lab setup does), or leave "
                            "out the experiment instruments");
    if (rc < 0)
        return failure_note(failure, 0, "%s", refused.text), rc;
    free(command.out);
    return 0;
}

void hyperfine_quote(const char *folder, const char *program,
                     char quoted[HYPERFINE_QUOTED])
{
    char path[HYPERFINE_QUOTED / 2];
    size_t used = 0;

    snprintf(path, sizeof(path), "%s/%s", folder, program);
    for (const char *c = path; *c != '\0' && used + 3 < HYPERFINE_QUOTED; c++) {
        if (strchr(" '\"\\", *c) != NULL)
            quoted[used++] = '\\';
        quoted[used++] = *c;
    }
    quoted[used] = '\0';
}

/* How many creations a command line asked for. */
static double creations_of(const char *command)
{
    const char *samples = strstr(command, "samples=");

    return samples != NULL ? strtod(samples + strlen("samples="), NULL) : NAN;
}

static int print_results(FILE *out, const json_t *results)
{
    size_t i, run;
    json_t *result, *time;

    fputs("creations,run,wall_s,error\n", out);
    json_array_foreach (results, i, result) {
        const char *command =
            json_string_value(json_object_get(result, "command"));
        double count = creations_of(command != NULL ? command : "");

        if (isnan(count))
            return -EPROTO;
        json_array_foreach (json_object_get(result, "times"), run, time)
            fprintf(out, "%.0f,%zu,%.9f,\n", count, run,
                    json_number_value(time));
    }
    return ferror(out) != 0 ? -ENOMEM : 0;
}

/* hyperfine writes its results anew after each command; in a pipe they follow
 * one another, and the last are the whole. NULL when there are none. */
static json_t *last_document(const char *text)
{
    json_t *last = NULL;
    size_t at = 0, size = strlen(text);

    while (at < size) {
        json_error_t error;
        json_t *next =
            json_loadb(text + at, size - at, JSON_DISABLE_EOF_CHECK, &error);
        if (next == NULL)
            break;
        json_decref(last);
        last = next;
        at += (size_t)error.position;
    }
    return last;
}

int hyperfine_rows(const struct bench_case *bench_case, char *text,
                   struct rows *ret, struct failure *failure)
{
    json_t *root = last_document(text);
    char *csv = NULL;
    size_t bytes;

    (void)bench_case;
    free(text);
    FILE *out = open_memstream(&csv, &bytes);
    int rc = out != NULL ? print_results(out, json_object_get(root, "results"))
                         : -errno;
    json_decref(root);
    if (out != NULL && fclose(out) != 0)
        rc = -ENOMEM;
    if (rc < 0) {
        free(csv);
        return failure_note(failure, rc,
                            "hyperfine's results cannot be "
                            "read");
    }
    return rows_parse(csv, ret, failure);
}

/* Adds a run to the result of that many creations, made on first use. */
static int add_time(json_t *results, const char *creations, double wall_s)
{
    json_t *result = NULL;
    size_t i;

    json_array_foreach (results, i, result)
        if (strcmp(report_text(result, "creations"), creations) == 0)
            break;
    if (i == json_array_size(results)) {
        char command[128];

        snprintf(command, sizeof(command), "probe samples=%s", creations);
        result = json_pack("{s:s, s:{s:s}, s:[]}", "command", command,
                           "parameters", "creations", creations, "times");
        if (report_add(results, result) < 0)
            return -ENOMEM;
    }
    return report_add(json_object_get(result, "times"), json_real(wall_s));
}

/* hyperfine's fields: seconds, under its names. */
static int describe_times(json_t *results)
{
    size_t i, run;
    json_t *result, *time;

    json_array_foreach (results, i, result) {
        const json_t *times = json_object_get(result, "times");
        struct distribution d;
        size_t n = json_array_size(times);
        double *values = malloc((n + 1) * sizeof(double));
        if (values == NULL)
            return -ENOMEM;

        json_array_foreach (times, run, time)
            values[run] = json_number_value(time);
        int rc = statistics_distribution(values, n, &d);
        double stddev = n > 1 ? gsl_stats_sd(values, 1, n) : NAN;
        free(values);
        if (rc < 0)
            return rc;
        json_object_set_new(result, "mean", report_number(d.mean));
        json_object_set_new(result, "stddev", report_number(stddev));
        json_object_set_new(result, "median", report_number(d.median));
        json_object_set_new(result, "min", report_number(d.min));
        json_object_set_new(result, "max", report_number(d.max));
    }
    return 0;
}

int hyperfine_keep(const struct bench_case *bench_case,
                   const struct samples *samples, size_t case_index,
                   struct report *report)
{
    json_t *results = json_array();
    char name[80];

    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];
        const struct rows_table *table = &block->rows.table[0];

        for (size_t row = 0;
             block->case_index == case_index && row < table->rows; row++)
            if (add_time(results, rows_cell(table, row, "creations"),
                         rows_number(table, row, "wall_s")) < 0)
                return -ENOMEM;
    }
    if (describe_times(results) < 0)
        return -ENOMEM;
    snprintf(name, sizeof(name), "hyperfine-%s.json", bench_case->name);
    return json_object_set_new(report->files, name,
                               json_pack("{s:o}", "results", results)) == 0
               ? 0
               : -ENOMEM;
}

/* The line's slope through one block of hyperfine's, in µs a creation. */
static double slope_us(const struct rows_table *table)
{
    double *x = malloc(table->rows * sizeof(double));
    double *y = malloc(table->rows * sizeof(double));
    struct line line = { .slope = NAN };

    for (size_t row = 0; x != NULL && y != NULL && row < table->rows; row++) {
        x[row] = rows_number(table, row, "creations");
        y[row] = rows_number(table, row, "wall_s");
    }
    if (x == NULL || y == NULL || statistics_line(x, y, table->rows, &line) < 0)
        line.slope = NAN;
    free(x);
    free(y);
    return line.slope * 1e6;
}

int hyperfine_slopes(const struct samples *samples, size_t case_index,
                     struct series *ret)
{
    *ret = (struct series){ .rounds = samples->rounds };
    ret->by_round = malloc((ret->rounds + 1) * sizeof(double));
    if (ret->by_round == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < ret->rounds; i++)
        ret->by_round[i] = NAN;
    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];

        if (block->case_index != case_index || block->excluded != NULL)
            continue;
        ret->by_round[block->round] = slope_us(&block->rows.table[0]);
        ret->blocks++;
        ret->n += block->rows.table[0].rows;
    }
    return 0;
}
