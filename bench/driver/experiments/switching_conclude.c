/* switching, second half: the cost of one switch in every case, which is half a
 * round trip; processes against threads, each against its bare loop, two CPUs
 * against one, and the A/A controls. */
#include "switching.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One case while conclusions are drawn. */
struct result {
    struct measured cost; /* a switch, µs */
    double switches;      /* the kernel's count, a hand-over */
    struct paired ratio, of_bare;
    const char *verdict;
};

struct results {
    struct result *all;
    size_t count;
};

/* Comparisons that are shown together share the chance of a false alarm. */
enum together { KINDS, CONTROL, BARE, ACROSS };

static const struct pair {
    enum together together;
    const char *name, *base;
} pairs[] = {
    { KINDS, "process-pipe", "thread-pipe" },
    { KINDS, "process-futex", "thread-futex" },
    { CONTROL, "thread-pipe-again", "thread-pipe" },
    { CONTROL, "thread-futex-again", "thread-futex" },
    { BARE, "thread-pipe", "self-pipe" },
    { BARE, "process-pipe", "self-pipe" },
    { BARE, "thread-futex", "self-futex" },
    { BARE, "process-futex", "self-futex" },
    { ACROSS, "thread-pipe", "thread-pipe" },
    { ACROSS, "process-pipe", "process-pipe" },
    { ACROSS, "thread-futex", "thread-futex" },
    { ACROSS, "process-futex", "process-futex" },
};
enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

static struct result *find(const struct results *results, const char *name,
                           const char *placement)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct bench_case *candidate = results->all[i].cost.bench_case;

        if (strcmp(candidate->name, name) == 0 &&
            strcmp(candidate->placement, placement) == 0)
            return &results->all[i];
    }
    return NULL;
}

/* What the pair compares at that placement; false when one is missing. */
static bool find_pair(const struct results *results, const struct pair *pair,
                      const char *placement, struct result **ret_top,
                      struct result **ret_base)
{
    const char *headline = switching_placements[0].name;
    bool across = pair->together == ACROSS;

    *ret_top = find(results, pair->name, placement);
    *ret_base = find(results, pair->base, across ? headline : placement);
    return *ret_top != NULL && *ret_base != NULL && *ret_top != *ret_base;
}

static unsigned count_together(const struct results *results,
                               enum together together)
{
    struct result *top, *base;
    unsigned count = 0;

    for (size_t i = 0; i < PAIRS; i++)
        for (size_t p = 0; p < SWITCHING_PLACEMENTS; p++)
            count += pairs[i].together == together &&
                     find_pair(results, &pairs[i], switching_placements[p].name,
                               &top, &base);
    return count;
}

static int compare(const struct pair *pair, unsigned count, struct result *top,
                   const struct result *base, struct report *report)
{
    char base_name[96];
    struct paired paired;

    snprintf(base_name, sizeof(base_name), "%s%s%s", pair->base,
             pair->together == ACROSS ? " " : "",
             pair->together == ACROSS ? switching_placements[0].name : "");
    const struct comparison comparison = {
        .experiment = "switching",
        .name = pair->name,
        .base = base_name,
        .placement = top->cost.bench_case->placement,
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "costs more",
        .less = "costs less",
    };
    int rc = experiment_compare(report, &comparison, &top->cost.series,
                                &base->cost.series, &paired);
    if (pair->together == BARE)
        top->of_bare = paired;
    if (pair->together == KINDS || pair->together == CONTROL) {
        top->ratio = paired;
        top->verdict = experiment_verdict(&comparison, &paired);
    }
    return rc;
}

static int judge_control(const struct result *again, const struct result *once,
                         struct report *report)
{
    char where[96];

    snprintf(where, sizeof(where), "(%s at %s)", once->cost.bench_case->name,
             once->cost.bench_case->placement);
    return measured_judge_control("switching", &again->cost.series,
                                  &once->cost.series, where, 0.01, report);
}

static int compare_all(const struct results *results, struct report *report)
{
    struct result *top, *base;
    int rc = 0;

    for (size_t i = 0; i < PAIRS; i++)
        for (size_t p = 0; p < SWITCHING_PLACEMENTS && rc == 0; p++) {
            bool control = pairs[i].together == CONTROL;

            if (!find_pair(results, &pairs[i], switching_placements[p].name,
                           &top, &base))
                continue;
            rc = compare(&pairs[i],
                         control ? 1
                                 : count_together(results, pairs[i].together),
                         top, base, report);
            if (rc == 0 && control)
                rc = judge_control(top, base, report);
        }
    return rc;
}

static json_t *summary(const struct result *result)
{
    json_t *object =
        measured_summary("switching", &result->cost, result->verdict);
    if (object == NULL || result->cost.series.n == 0)
        return object;

    (void)measured_set(object, "switches", result->switches);
    (void)measured_set_paired(object, "of_bare", &result->of_bare);
    (void)measured_set_paired(object, "ratio", &result->ratio);
    return object;
}

/* From a sample's nanoseconds to the microseconds of one switch. */
static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct result *ret)
{
    double round_trips =
        strtod(bench_case_value(&plan->cases[index], "round_trips"), NULL);

    *ret = (struct result){
        .switches = series_block_fact(samples, index, "voluntary_switches") +
                    series_block_fact(samples, index, "involuntary_switches"),
        .ratio = experiment_no_pair,
        .of_bare = experiment_no_pair,
        .verdict = "",
    };
    return measured_read(plan, samples, index, "elapsed_ns",
                         1e-3 / (2 * round_trips), &ret->cost);
}

int switching_conclude(const struct context *context, const struct plan *plan,
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
        rc = switching_charts(samples, report);

    for (size_t i = 0; i < results.count; i++)
        measured_free(&results.all[i].cost);
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
