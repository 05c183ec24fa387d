/* creation, second half: medians and intervals of every case, and the thinned
 * points that charts draw. What is compared with what: creation_compare.c. */
#include "creation.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double series_median(const struct samples *samples, size_t index,
                            const char *column)
{
    struct series series;

    if (index == SIZE_MAX || series_read(samples, index, column, 1e-3,
                                         statistics_median, &series) < 0)
        return NAN;
    double median = statistics_median(series.by_round, series.rounds);
    series_free(&series);
    return median;
}

/* The share of stamped samples whose child ran on another CPU than we did. */
static double other_cpu_share(const struct samples *samples, size_t index)
{
    size_t seen = 0, other = 0;

    for (size_t i = 0; index != SIZE_MAX && i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];
        const struct rows_table *table = &block->rows.table[0];

        for (size_t row = 0; block->case_index == index && row < table->rows;
             row++) {
            double child = rows_number(table, row, "child_cpu");
            double parent = rows_number(table, row, "parent_cpu");

            if (isnan(child) || isnan(parent))
                continue;
            seen++;
            other += child != parent;
        }
    }
    return seen > 0 ? (double)other / (double)seen : NAN;
}

static size_t find_stamped(const struct plan *plan,
                           const struct bench_case *bench_case)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->cases[i].name, bench_case->name) == 0 &&
            strcmp(plan->cases[i].placement, bench_case->placement) == 0 &&
            strcmp(bench_case_value(&plan->cases[i], "stamped"), "1") == 0)
            return i;
    return SIZE_MAX;
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct creation_result *ret)
{
    *ret = (struct creation_result){
        .stamped = find_stamped(plan, &plan->cases[index]),
        .ratio = experiment_no_pair,
        .verdict = "",
    };
    return measured_read(plan, samples, index, "reaped_ns", 1e-3, &ret->cost);
}

static json_t *summary(const struct samples *samples,
                       const struct creation_result *result)
{
    size_t index = result->cost.index;
    json_t *object =
        measured_summary("creation", &result->cost, result->verdict);
    if (object == NULL || result->cost.series.n == 0)
        return object;

    const struct measured_number numbers[] = {
        { "returned_us",
          series_median(samples, result->stamped, "returned_ns") },
        { "started_us", series_median(samples, result->stamped, "started_ns") },
        { "stamped_reaped_us",
          series_median(samples, result->stamped, "reaped_ns") },
        { "faults", series_block_fact(samples, index, "faults") },
        { "switches",
          series_block_fact(samples, index, "voluntary_switches") +
              series_block_fact(samples, index, "involuntary_switches") },
        { "other_cpu_share", other_cpu_share(samples, result->stamped) },
    };
    json_object_clear(json_object_get(object, "parameters"));
    (void)measured_set_all(object, numbers,
                           sizeof(numbers) / sizeof(numbers[0]));
    (void)measured_set_paired(object, "ratio", &result->ratio);
    return object;
}

static int add_point(json_t *rows, const struct bench_case *bench_case,
                     double us, double slower)
{
    return report_add(rows, json_pack("{s:s, s:s, s:f, s:f}", "case",
                                      bench_case->name, "placement",
                                      bench_case->placement, "us", us, "slower",
                                      slower));
}

/* A chart draws some dots, not thousands: every k-th sample as it came, and
 * the slowest three, which are the ones that a reader asks about. And the
 * distribution's tail: fewer and fewer ranks per point towards the slowest. */
static int thin(const struct creation_result *result, struct report *report)
{
    enum { DOTS = 60, SLOWEST = 3 };
    const struct series *series = &result->cost.series;
    json_t *dots = report_table(report, "creation-dots", "case,placement,us");
    json_t *tails =
        report_table(report, "creation-tails", "case,placement,us,slower");
    size_t step = series->n / DOTS + 1;
    int rc = 0;

    for (size_t i = 0; i < series->n && rc == 0; i += step)
        rc = add_point(dots, result->cost.bench_case, series->samples[i], 0);

    gsl_sort(series->samples, 1, series->n);
    for (size_t i = series->n; i > 0 && i + SLOWEST > series->n && rc == 0; i--)
        rc =
            add_point(dots, result->cost.bench_case, series->samples[i - 1], 0);
    for (size_t i = 0; i < series->n && rc == 0;) {
        size_t slower = series->n - i;

        rc = add_point(tails, result->cost.bench_case, series->samples[i],
                       (double)slower / (double)series->n);
        i += slower / 16 + 1;
    }
    return rc;
}

static int conclude_all(const struct samples *samples,
                        struct creation_results *results, struct report *report)
{
    int rc = creation_compare(results, report);

    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = report_add(report->summaries, summary(samples, &results->all[i]));
    /* Last, since it sorts the samples. */
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = thin(&results->all[i], report);
    if (rc == 0)
        rc = creation_charts(samples, report);
    return rc;
}

int creation_conclude(const struct context *context, const struct plan *plan,
                      const struct samples *samples, struct report *report,
                      struct failure *failure)
{
    struct creation_results results = { .count = 0 };
    int rc = 0;

    (void)context;
    results.all = calloc(plan->count + 1, sizeof(results.all[0]));
    if (results.all == NULL)
        return failure_note(failure, -ENOMEM, "cannot conclude");
    for (size_t i = 0; i < plan->count && rc == 0; i++)
        if (strcmp(bench_case_value(&plan->cases[i], "stamped"), "0") == 0)
            rc = result_read(plan, samples, i, &results.all[results.count++]);
    if (rc == 0)
        rc = conclude_all(samples, &results, report);

    for (size_t i = 0; i < results.count; i++)
        measured_free(&results.all[i].cost);
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
