/* granularity, second half: every time is paired with the serial time of the
 * same tasks in the same round. Their difference is the overhead, their ratio
 * the efficiency. */
#include "granularity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct paired not_measured = {
    .ratio = NAN, .interval = { .low = NAN, .high = NAN }
};

static const struct granularity_result *find(
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

/* The samples of one length do the same tasks. */
static int check_results(const struct plan *plan, const struct samples *samples,
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
        .overhead_us = NAN,
        .overhead = { .low = NAN, .high = NAN },
        .efficiency = not_measured,
        .ratio = not_measured,
        .verdict = "",
    };
    return measured_read(plan, samples, index, "elapsed_ns", 1e-3 / tasks,
                         &ret->per_task);
}

static bool is_serial(const struct granularity_result *result)
{
    return strcmp(result->kind->name, "serial") == 0;
}

/* Time beyond the serial time, and serial time by time, round by round. */
static int read_overhead(const struct granularity_results *results,
                         struct granularity_result *result)
{
    const struct series *series = &result->per_task.series;

    result->serial =
        find(results, "serial", result->per_task.bench_case->placement,
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
        result->efficiency = not_measured;
        return 0;
    }
    return rc;
}

/* ---- Comparisons ---- */

/* All lengths of a kind at a placement are shown together. */
static unsigned comparisons_beside(const struct granularity_results *results,
                                   const struct granularity_result *result)
{
    unsigned count = 0;

    for (size_t i = 0; i < results->count; i++)
        count += results->all[i].kind == result->kind &&
                 strcmp(results->all[i].per_task.bench_case->placement,
                        result->per_task.bench_case->placement) == 0;
    return count;
}

static int judge_control(const struct granularity_result *again,
                         const struct granularity_result *once,
                         struct report *report)
{
    char where[64];

    snprintf(where, sizeof(where), "at %s with tasks of %g µs",
             again->per_task.bench_case->placement, again->task_us);
    return measured_judge_control("granularity", &again->per_task.series,
                                  &once->per_task.series, where, 0.02, report);
}

static int compare(const struct granularity_results *results,
                   struct granularity_result *result, struct report *report)
{
    const struct bench_case *bench_case = result->per_task.bench_case;
    const struct granularity_result *base = find(
        results, result->kind->base, bench_case->placement, result->task_us);
    if (base == NULL)
        return 0;

    bool control = strcmp(result->kind->family, "control") == 0;
    unsigned count = control ? 1 : comparisons_beside(results, result);
    const struct comparison comparison = {
        .experiment = "granularity",
        .name = bench_case->name,
        .base = base->kind->name,
        .placement = bench_case->placement,
        .parameters = json_pack("{s:f}", "task_us", result->task_us),
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "slower",
        .less = "faster",
    };
    int rc = experiment_compare(report, &comparison, &result->per_task.series,
                                &base->per_task.series, &result->ratio);
    result->verdict = experiment_verdict(&comparison, &result->ratio);
    return rc == 0 && control ? judge_control(result, base, report) : rc;
}

/* ---- All of it ---- */

static json_t *summary(const struct granularity_result *result)
{
    json_t *object =
        measured_summary("granularity", &result->per_task, result->verdict);
    if (object == NULL || result->per_task.series.n == 0)
        return object;

    const struct {
        const char *key;
        double value;
    } numbers[] = {
        { "serial_us", result->serial != NULL
                           ? result->serial->per_task.distribution.median
                           : NAN },
        { "overhead_us", result->overhead_us },
        { "overhead_low_us", result->overhead.low },
        { "overhead_high_us", result->overhead.high },
        { "efficiency", result->efficiency.ratio },
        { "efficiency_low", result->efficiency.interval.low },
        { "efficiency_high", result->efficiency.interval.high },
        { "ratio", result->ratio.ratio },
        { "ratio_low", result->ratio.interval.low },
        { "ratio_high", result->ratio.interval.high },
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        (void)measured_set(object, numbers[i].key, numbers[i].value);
    return object;
}

static int conclude_all(const struct samples *samples,
                        struct granularity_results *results,
                        struct report *report)
{
    int rc = 0;

    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = read_overhead(results, &results->all[i]);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = compare(results, &results->all[i], report);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = report_add(report->summaries, summary(&results->all[i]));
    if (rc == 0)
        rc = granularity_crossings(results, report);
    if (rc == 0)
        rc = granularity_charts(samples, report);
    return rc;
}

int granularity_conclude(const struct context *context, const struct plan *plan,
                         const struct samples *samples, struct report *report,
                         struct failure *failure)
{
    struct granularity_results results = { .count = 0 };
    int rc = check_results(plan, samples, failure);

    (void)context;
    if (rc < 0)
        return rc;
    results.all = calloc(plan->count + 1, sizeof(results.all[0]));
    if (results.all == NULL)
        return failure_note(failure, -ENOMEM, "cannot conclude");
    while (results.count < plan->count && rc == 0) {
        rc = result_read(plan, samples, results.count,
                         &results.all[results.count]);
        results.count++;
    }
    if (rc == 0)
        rc = conclude_all(samples, &results, report);

    for (size_t i = 0; i < results.count; i++)
        measured_free(&results.all[i].per_task);
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
