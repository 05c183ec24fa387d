/* creation, second half: medians, intervals, ratios to a pthread, the A/A
 * control, and the thinned points that charts draw. */
#include "creation.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One case while conclusions are drawn. */
struct result {
    const struct bench_case *bench_case;
    size_t index, stamped; /* in the plan; stamped: SIZE_MAX = none */
    struct series reaped;  /* µs */
    struct distribution distribution;
    struct interval interval;
    struct paired ratio;
    const char *verdict;
};

struct results {
    struct result *all;
    size_t count;
};

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

        for (size_t row = 0;
             block->case_index == index && row < table->rows; row++) {
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
                       size_t index, struct result *ret)
{
    *ret = (struct result){
        .bench_case = &plan->cases[index],
        .index = index,
        .stamped = find_stamped(plan, &plan->cases[index]),
        .ratio = { .ratio = NAN, .interval = { .low = NAN, .high = NAN } },
        .verdict = "",
    };
    int rc = series_read(samples, index, "reaped_ns", 1e-3, statistics_median,
                         &ret->reaped);
    if (rc < 0 || ret->reaped.n == 0)
        return rc;

    rc = statistics_distribution(ret->reaped.samples, ret->reaped.n,
                                 &ret->distribution);
    if (rc == 0)
        rc = statistics_median_interval(ret->reaped.by_round,
                                        ret->reaped.rounds, 0.95,
                                        &ret->interval);
    /* The headline is the median of the blocks, which the interval is for. */
    if (rc == 0)
        ret->distribution.median =
            statistics_median(ret->reaped.by_round, ret->reaped.rounds);
    return rc;
}

static struct result *find(const struct results *results, const char *name,
                           const char *placement)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct bench_case *candidate = results->all[i].bench_case;

        if (strcmp(candidate->name, name) == 0 &&
            strcmp(candidate->placement, placement) == 0)
            return &results->all[i];
    }
    return NULL;
}

/* "-musl-static" of "fork-musl-static"; "" for the plain probe. */
static const char *suffix_of(const char *name)
{
    static const char *const suffixes[] = { "-glibc-static", "-musl-static" };

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        size_t length = strlen(name), tail = strlen(suffixes[i]);

        if (length > tail && strcmp(name + length - tail, suffixes[i]) == 0)
            return name + length - tail;
    }
    return "";
}

static bool is_compared(const struct result *result, const char *baseline)
{
    return strcmp(result->bench_case->family, "timer") != 0 &&
           strcmp(result->bench_case->name, baseline) != 0;
}

/* Those that share a chart share the chance of a false alarm: a placement of
 * one probe, without its control. */
static unsigned comparisons_beside(const struct results *results,
                                   const struct result *result)
{
    const char *suffix = suffix_of(result->bench_case->name);
    unsigned count = 0;

    for (size_t i = 0; i < results->count; i++) {
        const struct bench_case *other = results->all[i].bench_case;

        if (strcmp(other->placement, result->bench_case->placement) == 0 &&
            strcmp(suffix_of(other->name), suffix) == 0 &&
            strcmp(other->family, "timer") != 0 &&
            strcmp(other->family, "control") != 0)
            count++;
    }
    return count > 1 ? count - 1 : 1; /* the baseline itself is none */
}

/* Every case against a pthread of the same probe at the same placement. */
static int compare_to_pthread(const struct results *results,
                              struct result *result, struct report *report)
{
    const struct bench_case *bench_case = result->bench_case;
    char base[64];

    snprintf(base, sizeof(base), "pthread%s", suffix_of(bench_case->name));
    const struct result *baseline = find(results, base, bench_case->placement);
    if (baseline == NULL || !is_compared(result, base)) {
        result->ratio.ratio = NAN;
        return 0;
    }

    bool control = strcmp(bench_case->family, "control") == 0;
    unsigned count = control ? 1 : comparisons_beside(results, result);
    const struct comparison comparison = {
        .experiment = "creation",
        .name = bench_case->name,
        .base = base,
        .placement = bench_case->placement,
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "costs more",
        .less = "costs less",
    };
    int rc = experiment_compare(report, &comparison, &result->reaped,
                                &baseline->reaped, &result->ratio);
    result->verdict = experiment_verdict(&comparison, &result->ratio);
    return rc;
}

/* The A/A control: the same thing measured twice. Unreliable means that it
 * differs from itself, surely and by more than one per cent. */
static int judge_control(const struct results *results,
                         const char *placement, struct report *report)
{
    const struct result *again = find(results, "pthread-again", placement);
    const struct result *once = find(results, "pthread", placement);
    struct paired paired;

    if (again == NULL || once == NULL ||
        statistics_ratio(again->reaped.by_round, once->reaped.by_round,
                         again->reaped.rounds, 0.999, &paired) < 0)
        return 0;
    if ((paired.interval.low <= 1 && paired.interval.high >= 1) ||
        fabs(paired.ratio - 1) <= 0.01)
        return 0;
    return report_warn(report, "creation at %s is unreliable: the same thing, "
                       "measured twice, differs by %.1f %% (99.9 %% interval "
                       "%.3f to %.3f); close other programs and measure again",
                       placement, (paired.ratio - 1) * 100,
                       paired.interval.low, paired.interval.high);
}

/* The same mechanism at another placement, and in another C library. */
static int compare_across(const struct results *results,
                          const struct result *result, struct report *report)
{
    const struct bench_case *bench_case = result->bench_case;
    const char *suffix = suffix_of(bench_case->name);
    const char *headline = creation_placements[0].name;
    const struct result *base = NULL;
    char name[64] = "", base_name[96] = "";

    if (strcmp(suffix, "-musl-static") == 0) {
        snprintf(name, sizeof(name), "%.*s-glibc-static",
                 (int)(strlen(bench_case->name) - strlen(suffix)),
                 bench_case->name);
        base = find(results, name, bench_case->placement);
        snprintf(base_name, sizeof(base_name), "%s", name);
    } else if (strcmp(bench_case->placement, headline) != 0 &&
               strcmp(bench_case->family, "timer") != 0 &&
               strcmp(bench_case->family, "control") != 0) {
        base = find(results, bench_case->name, headline);
        snprintf(base_name, sizeof(base_name), "%s %s", bench_case->name,
                 headline);
    }
    if (base == NULL)
        return 0;

    unsigned count = comparisons_beside(results, result) + 1;
    const struct comparison comparison = {
        .experiment = "creation",
        .name = bench_case->name,
        .base = base_name,
        .placement = bench_case->placement,
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "costs more",
        .less = "costs less",
    };
    return experiment_compare(report, &comparison, &result->reaped,
                              &base->reaped, NULL);
}

static const char *why_not(const struct result *result, char *text,
                           size_t size)
{
    if (result->bench_case->unavailable[0] != '\0')
        return result->bench_case->unavailable;
    if (result->reaped.n > 0)
        return "";
    if (result->reaped.failed == 0)
        return "no block was finished";
    snprintf(text, size, "refused by the system: %s%s", result->reaped.error,
             strcmp(result->reaped.error, "EAGAIN") == 0
                 ? " (process limit; see ulimit -u)"
                 : "");
    return text;
}

static json_t *summary(const struct samples *samples,
                       const struct result *result)
{
    const struct bench_case *bench_case = result->bench_case;
    const struct distribution *d = &result->distribution;
    bool measured = result->reaped.n > 0;
    char text[160];
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:{}, s:i, s:i, s:i, s:s, s:s}",
        "experiment", "creation", "case", bench_case->name, "label",
        bench_case->label, "note", bench_case->note, "family",
        bench_case->family, "placement", bench_case->placement, "parameters",
        "n", (int)result->reaped.n, "blocks", (int)result->reaped.blocks,
        "failed", (int)result->reaped.failed, "verdict", result->verdict,
        "unavailable", why_not(result, text, sizeof(text)));
    if (object == NULL || !measured)
        return object;

    const struct {
        const char *key;
        double value;
    } numbers[] = {
        { "median_us", d->median },
        { "ci_low_us", result->interval.low },
        { "ci_high_us", result->interval.high },
        { "ci_level_reached", result->interval.level },
        { "p01_us", d->p01 },
        { "p25_us", d->p25 },
        { "p75_us", d->p75 },
        { "p90_us", d->p90 },
        { "p99_us", d->p99 },
        { "min_us", d->min },
        { "max_us", d->max },
        { "mean_us", d->mean },
        { "beyond_ten_medians", (double)d->beyond_ten_medians },
        { "returned_us", series_median(samples, result->stamped,
                                       "returned_ns") },
        { "started_us", series_median(samples, result->stamped,
                                      "started_ns") },
        { "stamped_reaped_us", series_median(samples, result->stamped,
                                             "reaped_ns") },
        { "faults", series_block_fact(samples, result->index, "faults") },
        { "switches",
          series_block_fact(samples, result->index, "voluntary_switches") +
              series_block_fact(samples, result->index,
                                "involuntary_switches") },
        { "other_cpu_share", other_cpu_share(samples, result->stamped) },
        { "ratio", result->ratio.ratio },
        { "ratio_low", result->ratio.interval.low },
        { "ratio_high", result->ratio.interval.high },
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        json_object_set_new(object, numbers[i].key,
                            report_number(numbers[i].value));
    return object;
}

static int add_point(json_t *rows, const struct bench_case *bench_case,
                     double us, double slower)
{
    return report_add(rows, json_pack("{s:s, s:s, s:f, s:f}", "case",
                                      bench_case->name, "placement",
                                      bench_case->placement, "us", us,
                                      "slower", slower));
}

/* A chart draws some dots, not thousands: every k-th sample as it came, and
 * the slowest three, which are the ones that a reader asks about. And the
 * distribution's tail: fewer and fewer ranks per point towards the slowest. */
static int thin(const struct result *result, struct report *report)
{
    enum { DOTS = 60, SLOWEST = 3 };
    const struct series *series = &result->reaped;
    json_t *dots = report_table(report, "creation-dots", "case,placement,us");
    json_t *tails = report_table(report, "creation-tails",
                                 "case,placement,us,slower");
    size_t step = series->n / DOTS + 1;
    int rc = 0;

    for (size_t i = 0; i < series->n && rc == 0; i += step)
        rc = add_point(dots, result->bench_case, series->samples[i], 0);

    gsl_sort(series->samples, 1, series->n);
    for (size_t i = series->n; i > 0 && i + SLOWEST > series->n && rc == 0;
         i--)
        rc = add_point(dots, result->bench_case, series->samples[i - 1], 0);
    for (size_t i = 0; i < series->n && rc == 0;) {
        size_t slower = series->n - i;

        rc = add_point(tails, result->bench_case, series->samples[i],
                       (double)slower / (double)series->n);
        i += slower / 16 + 1;
    }
    return rc;
}

static int conclude_all(const struct samples *samples, struct results *results,
                        struct report *report)
{
    int rc = 0;

    for (size_t i = 0; i < results->count && rc == 0; i++) {
        rc = compare_to_pthread(results, &results->all[i], report);
        if (rc == 0)
            rc = report_add(report->summaries,
                            summary(samples, &results->all[i]));
    }
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = compare_across(results, &results->all[i], report);
    for (size_t p = 0; p < creation_placements_count && rc == 0; p++)
        rc = judge_control(results, creation_placements[p].name, report);
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
    struct results results = { .count = 0 };
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
        series_free(&results.all[i].reaped);
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
