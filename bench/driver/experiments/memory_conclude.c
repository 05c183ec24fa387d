/* memory, second half: medians and intervals of every case, and each against
 * its baseline from the same parent: a thread. How it grows with the parent is
 * in memory_fits.c. */
#include "memory.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const struct memory_result *result, const char *name)
{
    return strcmp(result->measured.bench_case->name, name) == 0;
}

static bool is_control(const struct memory_result *result)
{
    return strcmp(result->measured.bench_case->family, "control") == 0;
}

const struct memory_result *memory_find(const struct memory_results *results,
                                        const char *name, int mib,
                                        const char *pages)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct memory_result *result = &results->all[i];

        if (is(result, name) && result->mib == mib &&
            strcmp(result->pages, pages) == 0 && result->measured.series.n > 0)
            return result;
    }
    return NULL;
}

/* A child's writes are its own; a thread's are everybody's. */
static int check_contents(const struct plan *plan,
                          const struct samples *samples,
                          struct failure *failure)
{
    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];
        const struct rows_table *table = &block->rows.table[0];

        for (size_t row = 0; row < table->rows; row++) {
            const char *error = rows_cell(table, row, "error");

            if (error != NULL && strcmp(error, "wrong content") == 0)
                return failure_note(
                    failure, -EBADMSG,
                    "the run is void: %s left other bytes in memory "
                    "than it should",
                    plan->cases[block->case_index].name);
        }
    }
    return 0;
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct memory_result *ret)
{
    const struct bench_case *bench_case = &plan->cases[index];
    const char *written = bench_case_value(bench_case, "written");

    *ret = (struct memory_result){
        .mib = atoi(bench_case_value(bench_case, "touched_mib")),
        .pages = bench_case_value(bench_case, "pages"),
        .written = written[0] != '\0' ? atof(written) : NAN,
        .ratio = experiment_no_pair,
        .verdict = "",
    };
    return measured_read(plan, samples, index,
                         isnan(ret->written) ? "reaped_ns" : "elapsed_ns", 1e-3,
                         &ret->measured);
}

/* ---- comparisons ---- */

/* What a case is compared with; "": it is a baseline. */
static const char *base_of(const struct memory_result *result)
{
    if (is(result, "pthread") || is(result, "thread-write"))
        return "";
    if (is(result, "fork-again"))
        return "fork";
    return is(result, "fork-write") ? "thread-write" : "pthread";
}

/* Those from one parent are seen together; the two controls alone. */
static unsigned comparisons_beside(const struct memory_results *results,
                                   const struct memory_result *result)
{
    unsigned count = 0;

    for (size_t i = 0; i < results->count; i++) {
        const struct memory_result *other = &results->all[i];

        if (is_control(other) || is_control(result))
            continue;
        if (!isnan(result->written))
            count += is(other, "fork-write");
        else
            count += isnan(other->written) && base_of(other)[0] != '\0' &&
                     other->mib == result->mib &&
                     strcmp(other->pages, result->pages) == 0;
    }
    return count > 0 ? count : 1;
}

static size_t pairs(const struct series *top, const struct series *base)
{
    size_t count = 0;

    for (size_t i = 0; i < top->rounds && i < base->rounds; i++)
        count += !isnan(top->by_round[i]) && !isnan(base->by_round[i]);
    return count;
}

/* Too few pairs cannot support a verdict at 95 %, so none is given. */
static int compare(const struct memory_results *results,
                   struct memory_result *result, struct report *report)
{
    const char *base_name = base_of(result);
    if (base_name[0] == '\0')
        return 0;

    const struct series *top = &result->measured.series;
    const struct series none = { .rounds = 0 };
    const struct memory_result *base =
        memory_find(results, base_name, result->mib, result->pages);
    const struct series *below = base != NULL ? &base->measured.series : &none;
    size_t found = pairs(top, below);
    if (found > 0 && found < MEMORY_PAIRS) {
        result->verdict = "fewer than 6 pairs";
        return 0;
    }

    unsigned count = comparisons_beside(results, result);
    const struct comparison comparison = {
        .experiment = "memory",
        .name = result->measured.bench_case->name,
        .base = base_name,
        .placement = memory_placement,
        .parameters = measured_parameters(result->measured.bench_case),
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "costs more",
        .less = "costs less",
    };
    int rc =
        experiment_compare(report, &comparison, top, below, &result->ratio);
    result->verdict = experiment_verdict(&comparison, &result->ratio);
    return rc;
}

static int judge_control(const struct memory_results *results,
                         const struct memory_result *result,
                         struct report *report)
{
    const struct memory_result *once = NULL;
    char where[48];

    if (is_control(result))
        once =
            memory_find(results, base_of(result), result->mib, result->pages);
    if (once == NULL)
        return 0;
    snprintf(where, sizeof(where), "from a parent of %d MiB", result->mib);
    return measured_judge_control("memory", &result->measured.series,
                                  &once->measured.series, where, 0.02, report);
}

/* ---- summaries ---- */

static json_t *summary(const struct samples *samples,
                       const struct memory_result *result)
{
    const struct measured *measured = &result->measured;
    size_t index = measured->index;
    double per_page = 1000 / result->written;
    json_t *object = measured_summary("memory", measured, result->verdict);
    if (object == NULL)
        return NULL;
    if (measured->series.error != NULL &&
        strcmp(measured->series.error, "not obtained") == 0 &&
        measured->series.n == 0)
        json_object_set_new(object, "unavailable",
                            json_string("pages of that size: not obtained"));
    if (measured->series.n == 0)
        return object;

    const struct measured_number numbers[] = {
        { "ns_per_page", measured->distribution.median * per_page },
        { "ns_per_page_low", measured->interval.low * per_page },
        { "ns_per_page_high", measured->interval.high * per_page },
        { "faults", series_block_fact(samples, index, "faults") },
        { "huge_kib", series_block_fact(samples, index, "huge_kib") },
        { "huge_kib_after",
          series_block_fact(samples, index, "huge_kib_after") },
    };
    (void)measured_set_all(object, numbers,
                           sizeof(numbers) / sizeof(numbers[0]));
    (void)measured_set_paired(object, "ratio", &result->ratio);
    return object;
}

static int conclude_all(const struct context *context,
                        const struct samples *samples,
                        struct memory_results *results, struct report *report)
{
    int rc = 0;

    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = compare(results, &results->all[i], report);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = judge_control(results, &results->all[i], report);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = report_add(report->summaries, summary(samples, &results->all[i]));
    if (rc == 0)
        rc = memory_fit(results, report);
    if (rc == 0)
        rc = memory_charts(context, samples, report);
    return rc;
}

int memory_conclude(const struct context *context, const struct plan *plan,
                    const struct samples *samples, struct report *report,
                    struct failure *failure)
{
    struct memory_results results = { .count = 0 };
    int rc = check_contents(plan, samples, failure);

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
        rc = conclude_all(context, samples, &results, report);

    for (size_t i = 0; i < results.count; i++)
        measured_free(&results.all[i].measured);
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
