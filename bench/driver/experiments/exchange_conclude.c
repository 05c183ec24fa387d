/* exchange, second half: the time of one hand-over, its ratio to a variable's
 * of the same size, placement and quantity, and bandwidth from that time. */
#include "exchange.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct result {
    struct measured cost; /* of one hand-over, µs */
    const char *bytes, *quantity;
    struct paired ratio; /* to the variable */
    const char *verdict;
};

struct results {
    struct result *all;
    size_t count;
};

static bool is_control(const struct result *result)
{
    return strcmp(result->cost.bench_case->family, "control") == 0;
}

/* The same placement, size and quantity. */
static bool are_beside(const struct result *a, const struct result *b)
{
    return strcmp(a->cost.bench_case->placement,
                  b->cost.bench_case->placement) == 0 &&
           strcmp(a->bytes, b->bytes) == 0 &&
           strcmp(a->quantity, b->quantity) == 0;
}

static const struct result *base_of(const struct results *results,
                                    const struct result *result)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct result *other = &results->all[i];

        if (strcmp(other->cost.bench_case->name, "variable") == 0 &&
            are_beside(other, result))
            return other != result ? other : NULL;
    }
    return NULL;
}

/* Every receiver read what its sender wrote, or the run is void. */
static int check_contents(const struct plan *plan,
                          const struct samples *samples,
                          struct failure *failure)
{
    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];
        const struct bench_case *bench_case = &plan->cases[block->case_index];
        const struct rows_table *table = &block->rows.table[0];

        for (size_t row = 0; row < table->rows; row++) {
            const char *error = rows_cell(table, row, "error");

            if (error != NULL &&
                (strcmp(error, "EBADMSG") == 0 || strcmp(error, "EPROTO") == 0))
                return failure_note(
                    failure, -EBADMSG,
                    "the run is void: %s handed over %s bytes at %s, and "
                    "other ones arrived (%s)",
                    bench_case->name, bench_case_value(bench_case, "bytes"),
                    bench_case->placement, error);
        }
    }
    return 0;
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct result *ret)
{
    *ret = (struct result){
        .bytes = bench_case_value(&plan->cases[index], "bytes"),
        .quantity = bench_case_value(&plan->cases[index], "quantity"),
        .ratio = experiment_no_pair,
        .verdict = "",
    };
    return measured_read(plan, samples, index, "handover_ns", 1e-3, &ret->cost);
}

/* A chart shows all sizes and channels of one placement and quantity. */
static unsigned comparisons_beside(const struct results *results,
                                   const struct result *result)
{
    unsigned count = 0;

    for (size_t i = 0; i < results->count; i++) {
        const struct result *other = &results->all[i];

        count += bench_case_wanted(other->cost.bench_case) &&
                 strcmp(other->cost.bench_case->placement,
                        result->cost.bench_case->placement) == 0 &&
                 strcmp(other->quantity, result->quantity) == 0 &&
                 (strcmp(other->cost.bench_case->family, "process") == 0 ||
                  strcmp(other->cost.bench_case->family, "rank") == 0);
    }
    return count > 0 ? count : 1; /* 1: none of them was to be measured */
}

static int compare(const struct results *results, struct result *result,
                   struct report *report)
{
    const struct bench_case *bench_case = result->cost.bench_case;
    const struct result *base = base_of(results, result);
    unsigned count =
        is_control(result) ? 1 : comparisons_beside(results, result);
    if (base == NULL)
        return 0;

    const struct comparison comparison = {
        .experiment = "exchange",
        .name = bench_case->name,
        .base = base->cost.bench_case->name,
        .placement = bench_case->placement,
        .parameters = measured_parameters(bench_case),
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "slower",
        .less = "faster",
    };
    int rc = experiment_compare(report, &comparison, &result->cost.series,
                                &base->cost.series, &result->ratio);
    result->verdict = experiment_verdict(&comparison, &result->ratio);
    return rc;
}

static int judge_control(const struct results *results,
                         const struct result *result, struct report *report)
{
    const struct result *base = base_of(results, result);
    char where[80];

    if (base == NULL || !is_control(result))
        return 0;
    snprintf(where, sizeof(where), "(%s of %s bytes at %s)", result->quantity,
             result->bytes, result->cost.bench_case->placement);
    return measured_judge_control("exchange", &result->cost.series,
                                  &base->cost.series, where, 0.02, report);
}

/* A fact in words, from the case's first block that has it. */
static const char *fact(const struct samples *samples, size_t index,
                        const char *column)
{
    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];
        const char *text = block->case_index == index && block->rows.tables > 1
                               ? rows_cell(&block->rows.table[1], 0, column)
                               : NULL;

        if (text != NULL && text[0] != '\0')
            return text;
    }
    return "";
}

/* Bytes by time, the interval end by end: never a mean of rates. */
static int add_bandwidth(const struct result *result, json_t *object)
{
    double bytes = strtod(result->bytes, NULL);
    const struct measured *cost = &result->cost;
    int rc = 0;

    if (strcmp(result->quantity, "bandwidth") != 0)
        return 0;
    rc = measured_set(object, "bandwidth_mb_s",
                      bytes / cost->distribution.median);
    if (rc == 0)
        rc = measured_set(object, "bandwidth_low_mb_s",
                          bytes / cost->interval.high);
    if (rc == 0)
        rc = measured_set(object, "bandwidth_high_mb_s",
                          bytes / cost->interval.low);
    return rc;
}

static json_t *summary(const struct samples *samples,
                       const struct result *result)
{
    size_t index = result->cost.index;
    json_t *object =
        measured_summary("exchange", &result->cost, result->verdict);
    if (object == NULL || result->cost.series.n == 0)
        return object;

    const struct measured_number numbers[] = {
        { "faults", series_block_fact(samples, index, "faults") },
        { "switches",
          series_block_fact(samples, index, "voluntary_switches") +
              series_block_fact(samples, index, "involuntary_switches") },
    };
    (void)measured_set_all(object, numbers,
                           sizeof(numbers) / sizeof(numbers[0]));
    (void)measured_set_paired(object, "ratio", &result->ratio);

    const char *filesystem = fact(samples, index, "filesystem");
    const char *storage = fact(samples, index, "storage");
    if (filesystem[0] != '\0')
        json_object_set_new(
            object, "note",
            json_sprintf("%s; on %s%s%s%s", result->cost.bench_case->note,
                         filesystem, storage[0] != '\0' ? " (" : "", storage,
                         storage[0] != '\0' ? ")" : ""));
    json_object_set_new(object, "filesystem", json_string(filesystem));
    json_object_set_new(object, "storage", json_string(storage));
    (void)add_bandwidth(result, object);
    return object;
}

int exchange_conclude(const struct context *context, const struct plan *plan,
                      const struct samples *samples, struct report *report,
                      struct failure *failure)
{
    struct results results = { .count = 0 };
    int rc = check_contents(plan, samples, failure);

    (void)context;
    if (rc < 0)
        return rc;
    results.all = calloc(plan->count + 1, sizeof(results.all[0]));
    if (results.all == NULL)
        return failure_note(failure, -ENOMEM, "cannot conclude");
    for (size_t i = 0; i < plan->count && rc == 0; i++)
        rc = result_read(plan, samples, i, &results.all[results.count++]);
    for (size_t i = 0; i < results.count && rc == 0; i++)
        rc = compare(&results, &results.all[i], report);
    for (size_t i = 0; i < results.count && rc == 0; i++)
        rc = judge_control(&results, &results.all[i], report);
    for (size_t i = 0; i < results.count && rc == 0; i++)
        rc = report_add(report->summaries, summary(samples, &results.all[i]));
    if (rc == 0)
        rc = exchange_charts(samples, report);

    for (size_t i = 0; i < results.count; i++)
        measured_free(&results.all[i].cost);
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
