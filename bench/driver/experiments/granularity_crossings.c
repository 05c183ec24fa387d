/* granularity: the task lengths at which the overhead is a tenth and a
 * hundredth of the task. One crossing a round, and the median of these: no
 * model of the overhead, and no assumption about its noise. */
#include "granularity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTHS_MOST = 64 };

static const char crossing_columns[] =
    "case,label,family,placement,percent,task_us,low_us,high_us,words";

static const struct cost_share {
    const char *name; /* in run.json */
    double share;
} shares[] = { { "ten_percent", 0.1 }, { "one_percent", 0.01 } };
enum { SHARES = sizeof(shares) / sizeof(shares[0]) };

/* For the median of two rounds, one of which has its crossing above all
 * lengths: infinity would make it no number. */
static const double above = 1e300;

/* Makes the values descend: neighbours that do not are replaced by their
 * common mean, again and again. */
static void pool_adjacent(const double *values, size_t n, double *ret)
{
    struct {
        double mean;
        size_t n;
    } pools[LENGTHS_MOST];
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        pools[count].mean = values[i];
        pools[count++].n = 1;
        while (count > 1 && pools[count - 2].mean < pools[count - 1].mean) {
            size_t a = pools[count - 2].n, b = pools[count - 1].n;

            pools[count - 2].mean = (pools[count - 2].mean * (double)a +
                                     pools[count - 1].mean * (double)b) /
                                    (double)(a + b);
            pools[count - 2].n = a + b;
            count--;
        }
    }
    for (size_t p = 0, i = 0; p < count; p++)
        for (size_t k = 0; k < pools[p].n; k++)
            ret[i++] = pools[p].mean;
}

/* Between two lengths, at which the overhead is more and not more than `share`:
 * halves the logarithm until the point is found. */
static double between(double from, double from_overhead, double to,
                      double to_overhead, double share)
{
    enum { HALVINGS = 50 };
    double low = 0, high = 1;

    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        double length = from * pow(to / from, middle);
        double overhead =
            from_overhead + (to_overhead - from_overhead) * middle;

        if (overhead > share * length)
            low = middle;
        else
            high = middle;
    }
    return from * pow(to / from, high);
}

double granularity_crossing_of(const double *lengths, const double *beyond,
                               size_t n, double share)
{
    double falling[LENGTHS_MOST] = { 0 };

    if (n < 2 || n > LENGTHS_MOST)
        return NAN;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(beyond[i]) || !isfinite(lengths[i]))
            return NAN;
    pool_adjacent(beyond, n, falling);
    if (falling[0] <= share)
        return 0;
    for (size_t i = 1; i < n; i++)
        if (falling[i] <= share)
            return between(lengths[i - 1], falling[i - 1] * lengths[i - 1],
                           lengths[i], falling[i] * lengths[i], share);
    return INFINITY;
}

static double in_range(double us, double shortest, double longest)
{
    return us < shortest ? 0 : us > longest ? INFINITY : us;
}

/* One crossing a round; `above` for those above all lengths. */
static void cross_rounds(const struct granularity_result *const *results,
                         size_t n, double share, double *ret_values,
                         size_t rounds)
{
    double lengths[LENGTHS_MOST], beyond[LENGTHS_MOST];

    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < n; i++) {
            lengths[i] = results[i]->length_us;
            beyond[i] =
                results[i]->per_task.series.by_round[round] /
                    results[i]->serial->per_task.series.by_round[round] -
                1;
        }
        double crossing = granularity_crossing_of(lengths, beyond, n, share);
        ret_values[round] = isinf(crossing) ? above : crossing;
    }
}

int granularity_cross(const struct granularity_result *const *results, size_t n,
                      double share, struct granularity_crossing *ret)
{
    size_t rounds = n > 0 ? results[0]->per_task.series.rounds : 0;
    struct interval interval;

    *ret = (struct granularity_crossing){
        .us = NAN, .low = NAN, .high = NAN, .level = NAN
    };
    double *values = malloc((rounds + 1) * sizeof(values[0]));
    if (values == NULL)
        return -ENOMEM;
    cross_rounds(results, n, share, values, rounds);
    for (size_t round = 0; round < rounds; round++)
        ret->rounds += !isnan(values[round]);
    if (n > 0 &&
        statistics_median_interval(values, rounds, 0.95, &interval) == 0) {
        double shortest = results[0]->length_us;
        double longest = results[n - 1]->length_us;
        bool enough = interval.level >= 0.95;

        ret->us =
            in_range(statistics_median(values, rounds), shortest, longest);
        ret->low = enough ? in_range(interval.low, shortest, longest) : 0;
        ret->high =
            enough ? in_range(interval.high, shortest, longest) : INFINITY;
        ret->level = interval.level;
        ret->shortest_us = results[0]->task_us;
        ret->longest_us = results[n - 1]->task_us;
    }
    free(values);
    return 0;
}

const char *granularity_words(const struct granularity_crossing *crossing,
                              char *text, size_t size)
{
    double end =
        crossing->us > 0 ? crossing->longest_us : crossing->shortest_us;

    if (!isnan(crossing->us) && (crossing->us == 0 || isinf(crossing->us)))
        snprintf(text, size, "%s %g %s", crossing->us > 0 ? "above" : "below",
                 end >= 1000 ? end / 1000 : end, end >= 1000 ? "ms" : "µs");
    else
        experiment_time(crossing->us, text, size);
    return text;
}

/* A bound that is within the measured range; otherwise none. */
static json_t *bound(double us)
{
    return report_number(us > 0 ? us : NAN);
}

static int add_crossing(const struct bench_case *bench_case,
                        const struct cost_share *share,
                        const struct granularity_crossing *crossing,
                        json_t *fit, struct report *report)
{
    char words[64], key[64];

    granularity_words(crossing, words, sizeof(words));
    snprintf(key, sizeof(key), "%s_us", share->name);
    json_object_set_new(fit, key, bound(crossing->us));
    snprintf(key, sizeof(key), "%s_us_low", share->name);
    json_object_set_new(fit, key, bound(crossing->low));
    snprintf(key, sizeof(key), "%s_us_high", share->name);
    json_object_set_new(fit, key, bound(crossing->high));
    snprintf(key, sizeof(key), "%s_words", share->name);
    json_object_set_new(fit, key, json_string(words));
    return report_add(
        report_table(report, "granularity-crossings", crossing_columns),
        json_pack("{s:s, s:s, s:s, s:s, s:f, s:o, s:o, s:o, s:s}", "case",
                  bench_case->name, "label", bench_case->label, "family",
                  bench_case->family, "placement", bench_case->placement,
                  "percent", share->share * 100, "task_us", bound(crossing->us),
                  "low_us", bound(crossing->low), "high_us",
                  bound(crossing->high), "words", words));
}

/* The n measured lengths of one kind at one placement. */
static int add_fit(const struct bench_case *bench_case,
                   const struct granularity_result *const *results, size_t n,
                   struct report *report)
{
    struct granularity_crossing crossing = { .level = NAN };
    json_t *fit =
        json_pack("{s:s, s:s, s:s, s:s, s:f, s:s}", "experiment", "granularity",
                  "case", bench_case->name, "placement", bench_case->placement,
                  "model", "crossing", "ci_level", 0.95, "ci_method",
                  "median of one crossing a round; ranks of the binomial");
    int rc = fit == NULL ? -ENOMEM : 0;

    for (size_t i = 0; i < SHARES && rc == 0; i++) {
        rc = granularity_cross(results, n, shares[i].share, &crossing);
        if (rc == 0)
            rc = add_crossing(bench_case, &shares[i], &crossing, fit, report);
    }
    if (rc < 0) {
        json_decref(fit);
        return rc;
    }
    json_object_set_new(fit, "rounds",
                        json_integer((json_int_t)crossing.rounds));
    (void)measured_set(fit, "ci_level_reached", crossing.level);
    return report_add(report->fits, fit);
}

int granularity_crossings(const struct granularity_results *results,
                          struct report *report)
{
    int rc = 0;

    if (report_table(report, "granularity-crossings", crossing_columns) == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < results->count && rc == 0;) {
        const struct granularity_result *of[LENGTHS_MOST];
        const struct granularity_result *one = &results->all[i];
        size_t n = 0;

        for (; i < results->count && results->all[i].kind == one->kind &&
               strcmp(results->all[i].per_task.bench_case->placement,
                      one->per_task.bench_case->placement) == 0;
             i++)
            if (results->all[i].serial != NULL &&
                results->all[i].per_task.series.n > 0 && n < LENGTHS_MOST)
                of[n++] = &results->all[i];
        if (strcmp(one->kind->family, "control") != 0)
            rc = add_fit(one->per_task.bench_case, of, n, report);
    }
    return rc;
}
