/* population, second half: a block holds many counts, so each count and
 * quantity becomes a row of its own, also where it was not reached: then the
 * row says what stood in the way. */
#include "population.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *value, *besides; /* columns of the probe's rows */
    double scale;
} quantities[] = {
    { "cost", "parked_ns", "returned_ns", 1e-3 },
    { "memory", "memory_kib", "pss_kib", 1 },
};
enum { QUANTITIES = sizeof(quantities) / sizeof(quantities[0]) };

/* The text in that column of the first block of the case that has any. */
static const char *block_text(const struct samples *samples, size_t index,
                              const char *column)
{
    for (size_t i = 0; i < samples->count; i++) {
        const struct rows *rows = &samples->blocks[i].rows;

        if (samples->blocks[i].case_index != index || rows->tables < 2)
            continue;
        const char *text = rows_cell(&rows->table[1], 0, column);
        if (text != NULL && text[0] != '\0')
            return text;
    }
    return "";
}

/* Why a count has no number: what the plan could not ask for, or what stopped
 * the probe. */
static void say_why(const struct samples *samples,
                    struct population_result *result)
{
    static const struct {
        const char *stop, *words;
    } stops[] = {
        { "refused", "the system refused one more" },
        { "memory", "a quarter of the available memory was taken" },
        { "time", "the time for it was over" },
        { "ended", "a worker had ended before its time" },
    };
    struct bench_case *bench_case = &result->bench_case;
    const char *stop = block_text(samples, result->index, "stop");
    const char *error = result->value.series.error;
    double workers = atof(bench_case_value(bench_case, "workers"));
    size_t size = sizeof(bench_case->unavailable);
    char *text = bench_case->unavailable;

    if (text[0] != '\0')
        return;
    if (result->alive > workers) {
        snprintf(text, size, "stopped at %.0f: %s leaves no more", workers,
                 bench_case_value(bench_case, "limit"));
        return;
    }
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
        if (strcmp(stops[i].stop, stop) == 0)
            snprintf(text, size, "stopped at %.0f: %s%s%s%s",
                     series_block_fact(samples, result->index, "started"),
                     stops[i].words, error != NULL ? " (" : "",
                     error != NULL ? error : "", error != NULL ? ")" : "");
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       struct population_result *result)
{
    size_t q = result->is_memory;
    char alive[16];

    snprintf(alive, sizeof(alive), "%u", result->alive);
    int rc = measured_read_where(plan, samples, result->index,
                                 quantities[q].value, "alive", alive,
                                 quantities[q].scale, &result->value);
    if (rc == 0)
        rc = measured_read_where(plan, samples, result->index,
                                 quantities[q].besides, "alive", alive,
                                 quantities[q].scale, &result->besides);
    if (rc == 0 && result->value.series.n == 0)
        say_why(samples, result);
    bench_case_parameter(&result->bench_case, 0, "alive", "%u", result->alive);
    bench_case_parameter(&result->bench_case, 1, "quantity", "%s",
                         quantities[q].name);
    result->value.bench_case = &result->bench_case;
    return rc;
}

/* Those that were asked for, and those beyond a limit. */
static size_t points_of(const struct context *context,
                        const struct bench_case *bench_case,
                        unsigned points[2 * POPULATION_POINTS])
{
    unsigned asked = (unsigned)atol(bench_case_value(bench_case, "workers"));
    unsigned wanted[POPULATION_POINTS];
    size_t n = population_points(asked, points);
    size_t all = population_points(population_wanted(context), wanted);

    for (size_t i = 0; i < all; i++)
        if (wanted[i] > asked)
            points[n++] = wanted[i];
    return n;
}

static int read_case(const struct context *context, const struct plan *plan,
                     const struct samples *samples, size_t index,
                     struct population_results *results)
{
    unsigned points[2 * POPULATION_POINTS];
    size_t n = points_of(context, &plan->cases[index], points);
    int rc = 0;

    for (size_t q = 0; q < QUANTITIES; q++)
        for (size_t p = 0; p < n && rc == 0; p++) {
            bool is_memory = strcmp(quantities[q].name, "memory") == 0;
            if (is_memory && points[p] < POPULATION_MEMORY_FROM)
                continue;

            struct population_result *result = &results->all[results->count++];
            *result = (struct population_result){
                .bench_case = plan->cases[index],
                .index = index,
                .alive = points[p],
                .is_memory = is_memory,
                .ratio = experiment_no_pair,
                .verdict = "",
            };
            rc = result_read(plan, samples, result);
        }
    return rc;
}

/* Kilobytes are no microseconds: what is told of times goes. */
static void set_memory(json_t *object, const struct population_result *result)
{
    static const char *const of_times[] = {
        "median_us", "ci_low_us", "ci_high_us", "p01_us",
        "p25_us",    "p75_us",    "p90_us",     "p99_us",
        "min_us",    "max_us",    "mean_us",    "beyond_ten_medians",
    };
    const struct measured *memory = &result->value, *pss = &result->besides;

    for (size_t i = 0; i < sizeof(of_times) / sizeof(of_times[0]); i++)
        (void)json_object_del(object, of_times[i]);
    (void)measured_set(object, "memory_kib", memory->distribution.median);
    (void)measured_set(object, "memory_low_kib", memory->interval.low);
    (void)measured_set(object, "memory_high_kib", memory->interval.high);
    (void)measured_set(object, "pss_kib", pss->distribution.median);
    (void)measured_set(object, "pss_low_kib", pss->interval.low);
    (void)measured_set(object, "pss_high_kib", pss->interval.high);
}

static json_t *summary(const struct population_result *result)
{
    json_t *object =
        measured_summary("population", &result->value, result->verdict);
    if (object == NULL || result->value.series.n == 0)
        return object;

    if (result->is_memory)
        set_memory(object, result);
    else
        (void)measured_set(object, "returned_us",
                           result->besides.distribution.median);
    (void)measured_set_paired(object, "ratio", &result->ratio);
    return object;
}

int population_conclude(const struct context *context, const struct plan *plan,
                        const struct samples *samples, struct report *report,
                        struct failure *failure)
{
    enum { ROWS = QUANTITIES * 2 * POPULATION_POINTS };
    struct population_results results = { .count = 0 };
    int rc = 0;

    results.all = calloc(plan->count * ROWS + 1, sizeof(results.all[0]));
    if (results.all == NULL)
        return failure_note(failure, -ENOMEM, "cannot conclude");
    for (size_t i = 0; i < plan->count && rc == 0; i++)
        rc = read_case(context, plan, samples, i, &results);
    if (rc == 0)
        rc = population_compare(&results, report);
    for (size_t i = 0; i < results.count && rc == 0; i++)
        rc = report_add(report->summaries, summary(&results.all[i]));
    if (rc == 0)
        rc = population_charts(samples, report);

    for (size_t i = 0; i < results.count; i++) {
        measured_free(&results.all[i].value);
        measured_free(&results.all[i].besides);
    }
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
