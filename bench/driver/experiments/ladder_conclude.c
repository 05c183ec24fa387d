/* ladder, second half: what each rung costs, against the one below it; the
 * whole flight from its foot to its top; and the controls. */
#include "hyperfine.h"
#include "ladder.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One rung while conclusions are drawn. */
struct result {
    struct measured cost;      /* µs */
    const struct result *base; /* what it stands on; NULL: nothing */
    struct paired ratio;
    const char *verdict;
};

struct results {
    struct result *all;
    size_t count;
};

/* Where another rung is the base than the nearest measured one below. */
static const struct {
    const char *name, *base;
} bases[] = {
    { "python-thread", "thread" },
    { "thread-again", "thread" },
    { "program-hyperfine", "program" },
    { "dynamic-program-hyperfine", "dynamic-program" },
};
enum { BASES = sizeof(bases) / sizeof(bases[0]) };

static const char *flight_of(const struct result *result)
{
    return bench_case_value(result->cost.bench_case, "flight");
}

static const char *name_of(const struct result *result)
{
    return result->cost.bench_case->name;
}

static const struct result *find(const struct results *results,
                                 const char *name)
{
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(name_of(&results->all[i]), name) == 0)
            return &results->all[i];
    return NULL;
}

/* The rung below: the nearest of the same flight that was measured, or if none
 * was, the nearest. */
static const struct result *base_of(const struct results *results, size_t index)
{
    const struct result *result = &results->all[index];
    const struct result *nearest = NULL;

    for (size_t i = 0; i < BASES; i++)
        if (strcmp(bases[i].name, name_of(result)) == 0)
            return find(results, bases[i].base);
    for (size_t i = index; i > 0; i--) {
        const struct result *below = &results->all[i - 1];

        if (strcmp(flight_of(below), flight_of(result)) != 0)
            continue;
        if (below->cost.series.n > 0)
            return below;
        if (nearest == NULL)
            nearest = below;
    }
    return nearest;
}

static int compare(const struct result *top, const struct result *base,
                   unsigned count, struct report *report, struct paired *ret,
                   const char **ret_verdict)
{
    const struct comparison comparison = {
        .experiment = "ladder",
        .name = name_of(top),
        .base = name_of(base),
        .placement = top->cost.bench_case->placement,
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "costs more",
        .less = "costs less",
    };
    int rc = experiment_compare(report, &comparison, &top->cost.series,
                                &base->cost.series, ret);

    *ret_verdict = experiment_verdict(&comparison, ret);
    return rc;
}

/* The steps that a chart shows together, and the flight as a whole. */
static unsigned count_steps(const struct results *results)
{
    unsigned count = 0;

    for (size_t i = 0; i < results->count; i++)
        count += results->all[i].base != NULL &&
                 strcmp(flight_of(&results->all[i]), "control") != 0;
    return count + 1;
}

/* From the lowest to the highest rung of the system's flight. */
static int compare_ends(const struct results *results, unsigned count,
                        struct report *report)
{
    const struct result *foot = NULL, *top = NULL;
    struct paired paired;
    const char *verdict;

    for (size_t i = 0; i < results->count; i++) {
        const struct result *result = &results->all[i];

        if (strcmp(flight_of(result), "system") != 0 ||
            result->cost.series.n == 0)
            continue;
        foot = foot == NULL ? result : foot;
        top = result;
    }
    if (foot == NULL || foot == top || top->base == foot)
        return 0;
    return compare(top, foot, count, report, &paired, &verdict);
}

static int compare_all(struct results *results, struct report *report)
{
    unsigned steps;
    int rc = 0;

    for (size_t i = 0; i < results->count; i++)
        results->all[i].base = base_of(results, i);
    steps = count_steps(results);
    for (size_t i = 0; i < results->count && rc == 0; i++) {
        struct result *result = &results->all[i];
        bool control = strcmp(flight_of(result), "control") == 0;

        if (result->base == NULL)
            continue;
        rc = compare(result, result->base, control ? 1 : steps, report,
                     &result->ratio, &result->verdict);
        if (rc == 0 && strcmp(name_of(result), "thread-again") == 0)
            rc = measured_judge_control("ladder", &result->cost.series,
                                        &result->base->cost.series, "(thread)",
                                        0.01, report);
    }
    return rc == 0 ? compare_ends(results, steps, report) : rc;
}

static json_t *summary(const struct result *result)
{
    json_t *object = measured_summary("ladder", &result->cost, result->verdict);
    if (object == NULL)
        return NULL;

    (void)json_object_set_new(
        object, "base",
        json_string(result->base != NULL ? name_of(result->base) : ""));
    if (result->cost.series.n == 0)
        return object;
    (void)measured_set_paired(object, "ratio", &result->ratio);
    return object;
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct result *ret)
{
    double scale;
    const char *column = ladder_column(&plan->cases[index], &scale);

    *ret = (struct result){
        .ratio = experiment_no_pair,
        .verdict = "",
    };
    return measured_read(plan, samples, index, column, scale, &ret->cost);
}

/* hyperfine's own format, for those rungs that it measured. */
static int keep(const struct results *results, const struct samples *samples,
                struct report *report)
{
    int rc = 0;

    for (size_t i = 0; i < results->count && rc == 0; i++) {
        const struct measured *cost = &results->all[i].cost;

        if (cost->bench_case->read != NULL && cost->series.n > 0)
            rc = hyperfine_keep(cost->bench_case, samples, cost->index, report);
    }
    return rc;
}

int ladder_conclude(const struct context *context, const struct plan *plan,
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
        rc = result_read(plan, samples, i, &results.all[results.count++]);
    if (rc == 0)
        rc = compare_all(&results, report);
    for (size_t i = 0; i < results.count && rc == 0; i++)
        rc = report_add(report->summaries, summary(&results.all[i]));
    if (rc == 0)
        rc = keep(&results, samples, report);
    if (rc == 0)
        rc = ladder_charts(samples, report);

    for (size_t i = 0; i < results.count; i++)
        measured_free(&results.all[i].cost);
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
