/* granularity, second half: what is compared with what, and the summary of each
 * case. The numbers come from granularity_read.c. */
#include "granularity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Comparisons ---- */

/* All lengths of a kind at a placement are shown together. */
static unsigned comparisons_beside(const struct granularity_results *results,
                                   const struct granularity_result *result)
{
    unsigned count = 0;

    for (size_t i = 0; i < results->count; i++)
        count += results->all[i].kind == result->kind &&
                 bench_case_wanted(results->all[i].per_task.bench_case) &&
                 strcmp(results->all[i].per_task.bench_case->placement,
                        result->per_task.bench_case->placement) == 0;
    return count > 0 ? count : 1; /* 1: none of them was to be measured */
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
    const struct granularity_result *base = granularity_find(
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

    const struct measured_number numbers[] = {
        { "length_us", result->length_us },
        { "serial_us", result->serial != NULL
                           ? result->serial->per_task.distribution.median
                           : NAN },
        { "overhead_us", result->overhead_us },
        { "overhead_low_us", result->overhead.low },
        { "overhead_high_us", result->overhead.high },
    };
    (void)measured_set_all(object, numbers,
                           sizeof(numbers) / sizeof(numbers[0]));
    (void)measured_set_paired(object, "efficiency", &result->efficiency);
    (void)measured_set_paired(object, "ratio", &result->ratio);
    return object;
}

static int conclude_all(const struct samples *samples,
                        struct granularity_results *results,
                        struct report *report)
{
    int rc = 0;

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
    int rc = granularity_check(plan, samples, failure);

    (void)context;
    if (rc < 0)
        return rc;
    results.all = calloc(plan->count + 1, sizeof(results.all[0]));
    if (results.all == NULL)
        return failure_note(failure, -ENOMEM, "cannot conclude");
    rc = granularity_read(plan, samples, &results);
    if (rc == 0)
        rc = conclude_all(samples, &results, report);

    for (size_t i = 0; i < results.count; i++)
        measured_free(&results.all[i].per_task);
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
