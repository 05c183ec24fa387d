/* One case's figures, alike in all experiments. */
#include "measured.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int measured_read(const struct plan *plan, const struct samples *samples,
                  size_t index, const char *column, double scale,
                  struct measured *ret)
{
    return measured_read_where(plan, samples, index, column, NULL, NULL, scale,
                               ret);
}

int measured_read_where(const struct plan *plan, const struct samples *samples,
                        size_t index, const char *column, const char *where,
                        const char *value, double scale, struct measured *ret)
{
    *ret = (struct measured){
        .bench_case = &plan->cases[index],
        .index = index,
        .distribution = { .median = NAN },
        .interval = { .low = NAN, .high = NAN, .level = NAN },
    };
    int rc = series_read_where(samples, index, column, where, value, scale,
                               statistics_median, &ret->series);
    if (rc < 0 || ret->series.n == 0)
        return rc;

    rc = statistics_distribution(ret->series.samples, ret->series.n,
                                 &ret->distribution);
    if (rc == 0)
        rc = statistics_median_interval(
            ret->series.by_round, ret->series.rounds, 0.95, &ret->interval);
    /* The headline is the median of the blocks, which the interval is for. */
    if (rc == 0)
        ret->distribution.median =
            statistics_median(ret->series.by_round, ret->series.rounds);
    return rc;
}

void measured_free(struct measured *measured)
{
    series_free(&measured->series);
}

const char *measured_why_not(const struct measured *measured, char *text,
                             size_t size)
{
    const struct series *series = &measured->series;

    if (measured->bench_case->unavailable[0] != '\0')
        return measured->bench_case->unavailable;
    if (series->n > 0)
        return "";
    if (series->failed == 0)
        return "no block was finished";
    snprintf(text, size, "refused by the system: %s%s", series->error,
             strcmp(series->error, "EAGAIN") == 0
                 ? " (process limit; see ulimit -u)"
                 : "");
    return text;
}

json_t *measured_parameters(const struct bench_case *bench_case)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < PLAN_PARAMETERS && object != NULL; i++) {
        const struct parameter *parameter = &bench_case->parameters[i];
        char *end;

        if (parameter->name == NULL)
            continue;
        double number = strtod(parameter->value, &end);
        bool numeric = parameter->value[0] != '\0' && *end == '\0';
        json_object_set_new(object, parameter->name,
                            !numeric ? json_string(parameter->value)
                            : number == floor(number)
                                ? json_integer((json_int_t)number)
                                : json_real(number));
    }
    return object;
}

int measured_set(json_t *object, const char *key, double value)
{
    return json_object_set_new(object, key, report_number(value)) == 0
               ? 0
               : -ENOMEM;
}

int measured_set_all(json_t *object, const struct measured_number *numbers,
                     size_t count)
{
    int rc = 0;

    for (size_t i = 0; i < count && rc == 0; i++)
        rc = measured_set(object, numbers[i].key, numbers[i].value);
    return rc;
}

int measured_set_paired(json_t *object, const char *name,
                        const struct paired *paired)
{
    char low[48], high[48];
    const struct measured_number numbers[] = {
        { name, paired->ratio },
        { low, paired->interval.low },
        { high, paired->interval.high },
    };

    snprintf(low, sizeof(low), "%s_low", name);
    snprintf(high, sizeof(high), "%s_high", name);
    return measured_set_all(object, numbers,
                            sizeof(numbers) / sizeof(numbers[0]));
}

json_t *measured_words(const char *experiment, const struct measured *measured,
                       const char *verdict)
{
    const struct bench_case *bench_case = measured->bench_case;
    const struct series *series = &measured->series;
    char text[160];

    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:i, s:i, s:i, s:s, s:s}",
        "experiment", experiment, "case", bench_case->name, "label",
        bench_case->label, "note", bench_case->note, "family",
        bench_case->family, "placement", bench_case->placement, "parameters",
        measured_parameters(bench_case), "n", (int)series->n, "blocks",
        (int)series->blocks, "failed", (int)series->failed, "verdict", verdict,
        "unavailable", measured_why_not(measured, text, sizeof(text)));
}

json_t *measured_summary(const char *experiment,
                         const struct measured *measured, const char *verdict)
{
    const struct distribution *d = &measured->distribution;
    json_t *object = measured_words(experiment, measured, verdict);
    if (object == NULL || measured->series.n == 0)
        return object;

    const struct measured_number numbers[] = {
        { "median_us", d->median },
        { "ci_low_us", measured->interval.low },
        { "ci_high_us", measured->interval.high },
        { "ci_level_reached", measured->interval.level },
        { "p01_us", d->p01 },
        { "p25_us", d->p25 },
        { "p75_us", d->p75 },
        { "p90_us", d->p90 },
        { "p99_us", d->p99 },
        { "min_us", d->min },
        { "max_us", d->max },
        { "mean_us", d->mean },
        { "beyond_ten_medians", (double)d->beyond_ten_medians },
    };
    (void)measured_set_all(object, numbers,
                           sizeof(numbers) / sizeof(numbers[0]));
    return object;
}

int measured_judge_control(const char *experiment, const struct series *again,
                           const struct series *once, const char *where,
                           double tolerance, struct report *report)
{
    struct paired paired;
    int rc = statistics_ratio(again->by_round, once->by_round, again->rounds,
                              0.999, &paired);

    if (rc < 0)
        return rc == -EINVAL ? 0 : rc; /* no pair: nothing to judge by */
    if ((paired.interval.low <= 1 && paired.interval.high >= 1) ||
        fabs(paired.ratio - 1) <= tolerance)
        return 0;
    return report_warn(report,
                       "%s %s is unreliable: the same thing, "
                       "measured twice, differs by %.1f %% (99.9 %% interval "
                       "%.3f to %.3f); close other programs and measure again",
                       experiment, where, (paired.ratio - 1) * 100,
                       paired.interval.low, paired.interval.high);
}
