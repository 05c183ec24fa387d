/* order, second half: counts over all starts, and the interval for what they
 * are a sample of. A count of 4,000 in 4,000 does not say "always". */
#include "order.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct result {
    struct measured lead; /* µs that main is ahead of the worker; below 0: */
    struct series first;  /* behind. And 1 for each start where it was ahead */
    size_t main_first;
    struct share share;
    struct estimate difference; /* of shares, of the control to the threads */
    const char *verdict;
};

const json_t *order_row(const struct report *report, const char *name,
                        const char *placement)
{
    return report_find(report->summaries, "experiment", "order", "case", name,
                       "placement", placement, NULL);
}

static const char *verdict_of(const struct result *result)
{
    if (result->first.n == 0)
        return "not measured";
    if (result->main_first == result->first.n)
        return "always seen";
    if (result->main_first == 0)
        return "never seen";
    if (result->share.low > 0.5)
        return "mostly";
    return result->share.high < 0.5 ? "rarely" : "as often as not";
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct result *ret)
{
    *ret = (struct result){
        .share = { .value = NAN, .low = NAN, .high = NAN },
        .difference = { .value = NAN, .low = NAN, .high = NAN },
    };
    int rc = measured_read(plan, samples, index, "lead_ns", 1e-3, &ret->lead);
    if (rc == 0)
        rc = series_read(samples, index, "main_first", 1, series_mean,
                         &ret->first);
    for (size_t i = 0; rc == 0 && i < ret->first.n; i++)
        ret->main_first += ret->first.samples[i] != 0;
    if (rc == 0)
        (void)statistics_share(ret->main_first, ret->first.n, 0.95,
                               &ret->share);
    ret->verdict = verdict_of(ret);
    return rc;
}

static int warn_of_control(const struct result *again, const char *placement,
                           const struct estimate *sure, struct report *report)
{
    const double tolerance = 0.02;

    if ((sure->low <= 0 && sure->high >= 0) ||
        fabs(again->difference.value) <= tolerance)
        return 0;
    return report_warn(report,
                       "order at %s is unreliable: the same thing, measured "
                       "twice, differs by %.1f points of a hundred (99.9 %% "
                       "interval %.1f to %.1f); close other programs and "
                       "measure again",
                       placement, again->difference.value * 100,
                       sure->low * 100, sure->high * 100);
}

/* The A/A control. A share may be 0, and most rounds' shares are equal: so the
 * mean of the rounds' differences, by Student's t; and the ratio as elsewhere. */
static int judge_control(struct result *again, const struct result *once,
                         struct report *report)
{
    const char *placement = again->lead.bench_case->placement;
    const struct comparison comparison = {
        .experiment = "order",
        .name = again->lead.bench_case->name,
        .base = once->lead.bench_case->name,
        .placement = placement,
        .level = 0.95,
        .comparisons = 1,
        .more = "main first more often",
        .less = "main first less often",
    };
    size_t rounds = again->first.rounds;
    double *differences = malloc((rounds + 1) * sizeof(double));
    struct estimate sure;
    int rc = differences == NULL ? -ENOMEM : 0;

    for (size_t i = 0; i < rounds && rc == 0; i++)
        differences[i] = again->first.by_round[i] - once->first.by_round[i];
    if (rc == 0)
        rc = experiment_compare(report, &comparison, &again->first,
                                &once->first, NULL);
    if (rc == 0 && statistics_mean(differences, rounds, 0.999, &sure) == 0 &&
        statistics_mean(differences, rounds, 0.95, &again->difference) == 0)
        rc = warn_of_control(again, placement, &sure, report);
    free(differences);
    return rc;
}

static struct result *find(struct result *results, size_t count,
                           const char *name, const char *placement)
{
    for (size_t i = 0; i < count; i++) {
        const struct bench_case *candidate = results[i].lead.bench_case;

        if (strcmp(candidate->name, name) == 0 &&
            strcmp(candidate->placement, placement) == 0)
            return &results[i];
    }
    return NULL;
}

static json_t *summary(const struct result *result)
{
    json_t *object = measured_summary("order", &result->lead, result->verdict);
    const struct measured_number numbers[] = {
        { "starts", (double)result->first.n },
        { "main_first", (double)result->main_first },
        { "main_first_share", result->share.value },
        { "share_low", result->share.low },
        { "share_high", result->share.high },
        { "difference", result->difference.value },
        { "difference_low", result->difference.low },
        { "difference_high", result->difference.high },
    };

    if (object == NULL || result->first.n == 0)
        return object;
    (void)measured_set_all(object, numbers,
                           sizeof(numbers) / sizeof(numbers[0]));
    return object;
}

static int conclude_all(struct result *results, size_t count,
                        const struct samples *samples, struct report *report)
{
    int rc = 0;

    for (size_t p = 0; p < order_placements_count && rc == 0; p++) {
        const char *placement = order_placements[p].name;
        struct result *again = find(results, count, "thread-again", placement);
        struct result *once = find(results, count, "thread", placement);

        if (again != NULL && once != NULL)
            rc = judge_control(again, once, report);
    }
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = report_add(report->summaries, summary(&results[i]));
    return rc == 0 ? order_charts(samples, report) : rc;
}

int order_conclude(const struct context *context, const struct plan *plan,
                   const struct samples *samples, struct report *report,
                   struct failure *failure)
{
    struct result *results = calloc(plan->count + 1, sizeof(results[0]));
    size_t count = 0;
    int rc = 0;

    (void)context;
    if (results == NULL)
        return failure_note(failure, -ENOMEM, "cannot conclude");
    while (count < plan->count && rc == 0) {
        rc = result_read(plan, samples, count, &results[count]);
        count++;
    }
    if (rc == 0)
        rc = conclude_all(results, count, samples, report);

    for (size_t i = 0; i < count; i++) {
        measured_free(&results[i].lead);
        series_free(&results[i].first);
    }
    free(results);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
