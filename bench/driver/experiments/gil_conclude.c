/* gil, second half: every count is compared with a sieve's, every time is
 * paired with its own baseline's of the same round. Threads are compared with
 * processes; across languages nothing is, since the sizes differ. */
#include "gil.h"
#include "measured.h"
#include "speedup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct result {
    struct measured elapsed; /* us */
    struct series total;     /* s */
    const char *interpreter, *work, *workers;
    struct paired speedup; /* over its serial run */
    struct paired ratio;   /* threads' time by processes', control's by once */
    const char *verdict;
};

struct results {
    struct result *all;
    size_t count;
};

/* Source: Eratosthenes; odd numbers only. */
unsigned long gil_primes_below(unsigned long size)
{
    unsigned long half = size / 2, primes = size > 2;
    char *composite = calloc(half + 1, 1);
    if (composite == NULL)
        return 0;

    for (unsigned long i = 1; i < half; i++) { /* stands for 2 i + 1 */
        if (composite[i] != 0)
            continue;
        primes++;
        for (unsigned long long j = 2ULL * i * (i + 1); j < half;
             j += 2 * i + 1)
            composite[j] = 1;
    }
    free(composite);
    return primes;
}

/* What every block of that case has to find. */
static unsigned long expected(const struct bench_case *bench_case)
{
    unsigned long size = strtoul(bench_case_value(bench_case, "size"), NULL, 0);

    return strcmp(bench_case_value(bench_case, "work"), "cpu") == 0
               ? gil_primes_below(size)
               : size;
}

static int check_block(const struct bench_case *bench_case,
                       const struct block *block, unsigned long right,
                       struct failure *failure)
{
    const char *result = rows_cell(&block->rows.table[0], 0, "result");
    char text[32];

    snprintf(text, sizeof(text), "%lu", right);
    if (result == NULL || result[0] == '\0' || strcmp(result, text) == 0)
        return 0;
    return failure_note(failure, -EBADMSG,
                        "the run is void: %s of %s on %s workers found %s "
                        "where %s is right (%s, size %s)",
                        bench_case->name,
                        bench_case_value(bench_case, "interpreter"),
                        bench_case_value(bench_case, "workers"), result, text,
                        bench_case_value(bench_case, "work"),
                        bench_case_value(bench_case, "size"));
}

static int check_results(const struct plan *plan, const struct samples *samples,
                         struct failure *failure)
{
    int rc = 0;

    for (size_t c = 0; c < plan->count && rc == 0; c++) {
        const struct bench_case *bench_case = &plan->cases[c];
        unsigned long right = 0;

        for (size_t i = 0; i < samples->count && rc == 0; i++) {
            if (samples->blocks[i].case_index != c)
                continue;
            right = right > 0 ? right : expected(bench_case);
            if (right == 0)
                return failure_note(failure, -ENOMEM, "cannot check results");
            rc = check_block(bench_case, &samples->blocks[i], right, failure);
        }
    }
    return rc;
}

static bool is_kind(const struct result *result, const char *kind)
{
    const char *dash = strchr(result->elapsed.bench_case->name, '-');

    return dash != NULL && strcmp(dash + 1, kind) == 0;
}

/* The result of another kind, for the same interpreter and work. */
static const struct result *find(const struct results *results,
                                 const struct result *like, const char *kind,
                                 const char *workers)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct result *one = &results->all[i];

        if (is_kind(one, kind) && strcmp(one->work, like->work) == 0 &&
            strcmp(one->interpreter, like->interpreter) == 0 &&
            strcmp(one->workers, workers) == 0)
            return one;
    }
    return NULL;
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct result *ret)
{
    const struct bench_case *bench_case = &plan->cases[index];

    *ret = (struct result){
        .interpreter = bench_case_value(bench_case, "interpreter"),
        .work = bench_case_value(bench_case, "work"),
        .workers = bench_case_value(bench_case, "workers"),
        .speedup = experiment_no_pair,
        .ratio = experiment_no_pair,
        .verdict = "",
    };
    int rc =
        measured_read(plan, samples, index, "elapsed_ns", 1e-3, &ret->elapsed);
    if (rc == 0)
        rc = series_read(samples, index, "total_ns", 1e-9, statistics_median,
                         &ret->total);
    return rc;
}

static int read_speedup(const struct results *results, struct result *result)
{
    const struct result *serial = find(results, result, "serial", "1");
    if (serial == NULL)
        return 0;

    int rc = statistics_ratio(
        serial->elapsed.series.by_round, result->elapsed.series.by_round,
        result->elapsed.series.rounds, 0.95, &result->speedup);
    if (rc == -EINVAL)
        result->speedup = experiment_no_pair;
    return rc == -EINVAL ? 0 : rc;
}

/* Threads against processes, over the worker counts of one panel; and the
 * baseline against itself. */
static int compare(const struct results *results, struct result *result,
                   struct report *report)
{
    bool control = is_kind(result, "serial-again");
    const struct result *base =
        control ? find(results, result, "serial", "1")
                : find(results, result, "processes", result->workers);
    char name[48];
    unsigned count = 0;

    if (base == NULL || (!control && !is_kind(result, "threads")))
        return 0;
    for (size_t i = 0; i < results->count; i++)
        count += &results->all[i] ==
                 find(results, result, "threads", results->all[i].workers);
    snprintf(name, sizeof(name), "%s", base->elapsed.bench_case->name);
    count = control ? 1 : count;

    const struct comparison comparison = {
        .experiment = "gil",
        .name = result->elapsed.bench_case->name,
        .base = name,
        .placement = speedup_placement,
        .parameters =
            json_pack("{s:s, s:s, s:i}", "interpreter", result->interpreter,
                      "work", result->work, "workers", atoi(result->workers)),
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "slower",
        .less = "faster",
    };
    int rc = experiment_compare(report, &comparison, &result->elapsed.series,
                                &base->elapsed.series, &result->ratio);
    result->verdict = experiment_verdict(&comparison, &result->ratio);
    if (rc == 0 && control)
        rc =
            measured_judge_control("gil", &result->elapsed.series,
                                   &base->elapsed.series, "in C", 0.01, report);
    return rc;
}

static json_t *summary(const struct context *context,
                       const struct results *results,
                       const struct result *result)
{
    const struct result *serial = find(results, result, "serial", "1");
    json_t *object = measured_summary("gil", &result->elapsed, result->verdict);
    if (object == NULL)
        return NULL;

    const struct measured_number numbers[] = {
        { "elapsed_s", result->elapsed.distribution.median * 1e-6 },
        { "total_s",
          statistics_median(result->total.by_round, result->total.rounds) },
        { "serial_s",
          serial == NULL ? NAN : serial->elapsed.distribution.median * 1e-6 },
    };
    (void)measured_set_all(object, numbers,
                           sizeof(numbers) / sizeof(numbers[0]));
    (void)measured_set_paired(object, "speedup", &result->speedup);
    (void)measured_set_paired(object, "ratio", &result->ratio);
    json_object_set_new(
        object, "zone",
        json_string(speedup_zone(&context->machine, atoi(result->workers))));
    return object;
}

static int conclude_results(const struct context *context,
                            const struct samples *samples,
                            const struct results *results,
                            struct report *report)
{
    int rc = 0;

    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = read_speedup(results, &results->all[i]);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = compare(results, &results->all[i], report);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = report_add(report->summaries,
                        summary(context, results, &results->all[i]));
    return rc == 0 ? gil_charts(context, samples, report) : rc;
}

int gil_conclude(const struct context *context, const struct plan *plan,
                 const struct samples *samples, struct report *report,
                 struct failure *failure)
{
    struct results results = { .count = 0 };
    int rc = check_results(plan, samples, failure);

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
        rc = conclude_results(context, samples, &results, report);

    for (size_t i = 0; i < results.count; i++) {
        measured_free(&results.all[i].elapsed);
        series_free(&results.all[i].total);
    }
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
