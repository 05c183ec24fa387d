/* From blocks of rows to arrays of numbers. */
#include "series.h"

#include "rows.h"

#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

double series_mean(const double *values, size_t n)
{
    return n > 0 ? gsl_stats_mean(values, 1, n) : NAN;
}

static size_t rows_of(const struct samples *samples, size_t case_index)
{
    size_t rows = 0;

    for (size_t i = 0; i < samples->count; i++)
        if (samples->blocks[i].case_index == case_index)
            rows += samples->blocks[i].rows.table[0].rows;
    return rows;
}

/* Which rows: all, or those whose column `name` says `value`. */
struct filter {
    const char *name, *value; /* NULL: all */
};

static bool passes(const struct filter *filter, const struct rows_table *table,
                   size_t row)
{
    if (filter->name == NULL)
        return true;
    const char *cell = rows_cell(table, row, filter->name);
    return cell != NULL && strcmp(cell, filter->value) == 0;
}

/* Appends the block's samples to the series. */
static void take(struct series *series, const struct rows_table *table,
                 const char *column, const struct filter *filter, double scale)
{
    for (size_t row = 0; row < table->rows; row++) {
        const char *error = rows_cell(table, row, "error");
        const char *warmup = rows_cell(table, row, "warmup");
        double value = rows_number(table, row, column);

        if ((warmup != NULL && strcmp(warmup, "1") == 0) ||
            !passes(filter, table, row))
            continue;
        if (error != NULL && error[0] != '\0') {
            series->failed++;
            if (series->error == NULL)
                series->error = error;
        } else if (!isnan(value)) {
            series->samples[series->n++] = value * scale;
        }
    }
}

int series_read(const struct samples *samples, size_t case_index,
                const char *column, double scale,
                double (*reduce)(const double *values, size_t n),
                struct series *ret)
{
    return series_read_where(samples, case_index, column, NULL, NULL, scale,
                             reduce, ret);
}

int series_read_where(const struct samples *samples, size_t case_index,
                      const char *column, const char *where, const char *value,
                      double scale,
                      double (*reduce)(const double *values, size_t n),
                      struct series *ret)
{
    const struct filter filter = { where, value };

    *ret = (struct series){ .rounds = samples->rounds };
    ret->by_round = malloc((ret->rounds + 1) * sizeof(double));
    ret->samples = malloc((rows_of(samples, case_index) + 1) * sizeof(double));
    if (ret->by_round == NULL || ret->samples == NULL) {
        series_free(ret);
        return -ENOMEM;
    }
    for (size_t i = 0; i < ret->rounds; i++)
        ret->by_round[i] = NAN;

    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];
        size_t before = ret->n;

        if (block->case_index != case_index || block->excluded != NULL)
            continue;
        take(ret, &block->rows.table[0], column, &filter, scale);
        if (ret->n == before)
            continue;
        ret->by_round[block->round] =
            reduce(&ret->samples[before], ret->n - before);
        ret->blocks++;
    }
    return 0;
}

void series_free(struct series *series)
{
    free(series->by_round);
    free(series->samples);
    *series = (struct series){ .by_round = NULL };
}

double series_block_fact(const struct samples *samples, size_t case_index,
                         const char *column)
{
    double *values = malloc((samples->count + 1) * sizeof(double));
    size_t n = 0;

    if (values == NULL)
        return NAN;
    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];

        if (block->case_index == case_index && block->excluded == NULL &&
            block->rows.tables > 1)
            values[n++] = rows_number(&block->rows.table[1], 0, column);
    }
    double median = statistics_median(values, n);
    free(values);
    return median;
}
