/* The raw rows of an experiment: what the probes printed, behind the columns
 * that say which case, round and place they belong to. */
#include "output_file.h"

#include <math.h>
#include <string.h>

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
                         const struct plan *plan, const struct samples *samples,
                         struct failure *failure)
{
    struct columns parameters = parameters_of(plan);
    struct columns values = columns_of(samples, 0);
    struct output_file file;
    int rc = output_file_begin(output, name, &file, failure);
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
    return output_file_end(&file, failure);
}

static int write_blocks(const struct output *output, const char *name,
                        const struct plan *plan, const struct samples *samples,
                        struct failure *failure)
{
    struct columns parameters = parameters_of(plan);
    struct columns values = columns_of(samples, 1);
    struct output_file file;
    int rc = output_file_begin(output, name, &file, failure);
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
    return output_file_end(&file, failure);
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
