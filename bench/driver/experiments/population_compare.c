/* population: what is compared with what. A process with a thread, at every
 * count; the A/A control with itself; and the last worker of a kind with an
 * early one of the same block: does cost grow with how many are alive? */
#include "population.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* The first few come into empty tables and caches. */
enum { EARLY = 16 };

static const struct population_result *find(
    const struct population_results *results, const char *name, unsigned alive,
    bool is_memory)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct population_result *result = &results->all[i];

        if (strcmp(result->bench_case.name, name) == 0 &&
            result->alive == alive && result->is_memory == is_memory)
            return result;
    }
    return NULL;
}

/* Those that share a chart share the chance of a false alarm. */
static unsigned comparisons_beside(const struct population_results *results,
                                   const struct population_result *result)
{
    unsigned count = 0;

    for (size_t i = 0; i < results->count; i++)
        count += results->all[i].index == result->index &&
                 results->all[i].is_memory == result->is_memory;
    return count;
}

/* What other programs give back meanwhile may be more than the workers take: a
 * fall below nothing is theirs, and no ratio can be made of it. */
static void leave_out_below_zero(struct series *series)
{
    for (size_t i = 0; i < series->rounds; i++)
        if (series->by_round[i] <= 0)
            series->by_round[i] = NAN;
}

static int compare(const struct population_results *results,
                   struct population_result *result, struct report *report)
{
    const struct population_result *base =
        find(results, "thread", result->alive, result->is_memory);
    unsigned count = comparisons_beside(results, result);

    if (base == NULL || base->index == result->index)
        return 0;
    const struct comparison comparison = {
        .experiment = "population",
        .name = result->bench_case.name,
        .base = "thread",
        .placement = population_placement,
        .parameters = measured_parameters(&result->bench_case),
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = result->is_memory ? "takes more" : "costs more",
        .less = result->is_memory ? "takes less" : "costs less",
    };
    int rc = experiment_compare(report, &comparison, &result->value.series,
                                &base->value.series, &result->ratio);
    result->verdict = experiment_verdict(&comparison, &result->ratio);
    return rc;
}

/* The highest count of that kind whose cost was measured. */
static const struct population_result *highest(
    const struct population_results *results, const char *name)
{
    const struct population_result *best = NULL;

    for (size_t i = 0; i < results->count; i++) {
        const struct population_result *result = &results->all[i];

        if (strcmp(result->bench_case.name, name) == 0 && !result->is_memory &&
            result->value.series.n > 0 &&
            (best == NULL || result->alive > best->alive))
            best = result;
    }
    return best;
}

/* Two kinds are told together. */
static int fit_growth(const struct population_results *results,
                      const char *name, struct report *report)
{
    const double level = 1 - 0.05 / 2;
    const struct population_result *top = highest(results, name);
    const struct population_result *base = find(results, name, EARLY, false);
    struct paired paired;

    if (top == NULL || base == NULL || top->alive <= base->alive)
        return 0;
    int rc = statistics_ratio(top->value.series.by_round,
                              base->value.series.by_round,
                              top->value.series.rounds, level, &paired);
    if (rc < 0)
        return rc == -EINVAL ? 0 : rc;
    return report_add(
        report->fits,
        json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:o, s:o, s:o, s:f, s:i}",
                  "experiment", "population", "case", name, "placement",
                  population_placement, "model", "growth", "from", EARLY, "to",
                  (int)top->alive, "ratio", report_number(paired.ratio),
                  "ratio_low", report_number(paired.interval.low), "ratio_high",
                  report_number(paired.interval.high), "ci_level", level,
                  "pairs", (int)paired.n));
}

/* By what is most sure: the cost of the last ones. */
static int judge_control(const struct population_results *results,
                         struct report *report)
{
    const struct population_result *again = highest(results, "thread-again");

    if (again == NULL)
        return 0;
    const struct population_result *once =
        find(results, "thread", again->alive, false);
    if (once == NULL)
        return 0;
    return measured_judge_control("population", &again->value.series,
                                  &once->value.series, "with all alive", 0.01,
                                  report);
}

int population_compare(struct population_results *results,
                       struct report *report)
{
    int rc = 0;

    for (size_t i = 0; i < results->count; i++)
        if (results->all[i].is_memory)
            leave_out_below_zero(&results->all[i].value.series);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = compare(results, &results->all[i], report);
    if (rc == 0)
        rc = fit_growth(results, "thread", report);
    if (rc == 0)
        rc = fit_growth(results, "process", report);
    if (rc == 0)
        rc = judge_control(results, report);
    return rc;
}
