/* granularity: from rows to numbers. Every time is paired with the serial time
 * of the same tasks in the same round: their difference is the overhead, their
 * ratio the efficiency. */
#include "granularity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct granularity_result *granularity_find(
    const struct granularity_results *results, const char *name,
    const char *placement, double task_us)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct granularity_result *result = &results->all[i];
        const struct bench_case *candidate = result->per_task.bench_case;

        if (strcmp(candidate->name, name) == 0 &&
            strcmp(candidate->placement, placement) == 0 &&
            result->task_us == task_us)
            return result;
    }
    return NULL;
}

/* ---- The same tasks have the same results, whoever does them ---- */

static int check_block(const struct plan *plan, const struct block *block,
                       const char **first, const char **first_name,
                       struct failure *failure)
{
    const struct bench_case *one = &plan->cases[block->case_index];
    const struct rows_table *table = &block->rows.table[0];

    for (size_t row = 0; row < table->rows; row++) {
        const char *result = rows_cell(table, row, "result");
        const char *error = rows_cell(table, row, "error");

        if (error != NULL && strcmp(error, "EBADMSG") == 0)
            return failure_note(failure, -EBADMSG,
                                "the run is void: %s got a wrong result (%s "
                                "tasks of %s steps)",
                                one->name, bench_case_value(one, "tasks"),
                                bench_case_value(one, "steps"));
        if (result == NULL || *result == '\0')
            continue;
        if (*first == NULL) {
            *first = result;
            *first_name = one->name;
        } else if (strcmp(*first, result) != 0) {
            return failure_note(failure, -EBADMSG,
                                "the run is void: %s found %s where %s found "
                                "%s (%s tasks of %s steps)",
                                one->name, result, *first_name, *first,
                                bench_case_value(one, "tasks"),
                                bench_case_value(one, "steps"));
        }
    }
    return 0;
}

int granularity_check(const struct plan *plan, const struct samples *samples,
                      struct failure *failure)
{
    int rc = 0;

    for (size_t c = 0; c < plan->count && rc == 0; c++) {
        const char *task_us = bench_case_value(&plan->cases[c], "task_us");
        const char *first = NULL, *first_name = NULL;

        for (size_t before = 0; before < c && task_us != NULL; before++)
            if (strcmp(bench_case_value(&plan->cases[before], "task_us"),
                       task_us) == 0)
                task_us = NULL; /* seen */
        for (size_t i = 0; i < samples->count && task_us != NULL && rc == 0;
             i++) {
            const struct block *block = &samples->blocks[i];

            if (strcmp(bench_case_value(&plan->cases[block->case_index],
                                        "task_us"),
                       task_us) == 0)
                rc = check_block(plan, block, &first, &first_name, failure);
        }
    }
    return rc;
}

/* ---- Numbers ---- */

static const struct granularity_kind *kind_of(const char *name)
{
    for (size_t k = 0; k < granularity_kinds_count; k++)
        if (strcmp(granularity_kinds[k].name, name) == 0)
            return &granularity_kinds[k];
    return NULL;
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct granularity_result *ret)
{
    const struct bench_case *bench_case = &plan->cases[index];
    double tasks = atof(bench_case_value(bench_case, "tasks"));

    *ret = (struct granularity_result){
        .kind = kind_of(bench_case->name),
        .task_us = atof(bench_case_value(bench_case, "task_us")),
        .length_us = NAN,
        .overhead_us = NAN,
        .overhead = { .low = NAN, .high = NAN },
        .efficiency = experiment_no_pair,
        .ratio = experiment_no_pair,
        .verdict = "",
    };
    return measured_read(plan, samples, index, "elapsed_ns", 1e-3 / tasks,
                         &ret->per_task);
}

static bool is_serial(const struct granularity_result *result)
{
    return strcmp(result->kind->name, "serial") == 0;
}

/* How long the tasks of a placement are, by what was planned: the median over
 * all serial blocks, since all lengths are made of the same steps. 1.02: the CPU
 * is 2 % slower than it was for the plan. NAN when none was measured. */
static int read_pace(const struct granularity_results *results,
                     const char *placement, double *ret_pace)
{
    size_t rounds = 0, n = 0;
    double *values = NULL;

    for (size_t i = 0; i < results->count; i++) {
        const struct granularity_result *result = &results->all[i];
        const struct series *series = &result->per_task.series;

        if (!is_serial(result) ||
            strcmp(result->per_task.bench_case->placement, placement) != 0)
            continue;
        rounds += series->rounds;
        double *longer = realloc(values, (rounds + 1) * sizeof(values[0]));
        if (longer == NULL) {
            free(values);
            return -ENOMEM;
        }
        values = longer;
        for (size_t r = 0; r < series->rounds; r++)
            values[n++] = series->by_round[r] / result->task_us;
    }
    *ret_pace = statistics_median(values, n);
    free(values);
    return 0;
}

static int read_lengths(struct granularity_results *results)
{
    int rc = 0;

    for (size_t p = 0; p < granularity_placements_count && rc == 0; p++) {
        const char *placement = granularity_placements[p];
        double pace = NAN;

        rc = read_pace(results, placement, &pace);
        for (size_t i = 0; i < results->count; i++)
            if (strcmp(results->all[i].per_task.bench_case->placement,
                       placement) == 0)
                results->all[i].length_us = pace * results->all[i].task_us;
    }
    return rc;
}

/* Time beyond the serial time, and serial time by time, round by round. */
static int read_overhead(const struct granularity_results *results,
                         struct granularity_result *result)
{
    const struct series *series = &result->per_task.series;

    result->serial = granularity_find(results, "serial",
                                      result->per_task.bench_case->placement,
                                      result->task_us);
    if (result->serial == NULL || is_serial(result))
        return 0;
    const struct series *serial = &result->serial->per_task.series;
    double *beyond = malloc((series->rounds + 1) * sizeof(beyond[0]));
    if (beyond == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < series->rounds; i++)
        beyond[i] = series->by_round[i] - serial->by_round[i];

    result->overhead_us = statistics_median(beyond, series->rounds);
    int rc = statistics_median_interval(beyond, series->rounds, 0.95,
                                        &result->overhead);
    free(beyond);
    if (rc == 0)
        rc = statistics_ratio(serial->by_round, series->by_round,
                              series->rounds, 0.95, &result->efficiency);
    if (rc == -EINVAL) { /* no round has both */
        result->efficiency = experiment_no_pair;
        return 0;
    }
    return rc;
}

int granularity_read(const struct plan *plan, const struct samples *samples,
                     struct granularity_results *results)
{
    int rc = 0;

    while (results->count < plan->count && rc == 0) {
        rc = result_read(plan, samples, results->count,
                         &results->all[results->count]);
        results->count++;
    }
    if (rc == 0)
        rc = read_lengths(results);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = read_overhead(results, &results->all[i]);
    return rc;
}
