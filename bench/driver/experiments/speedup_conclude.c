/* speedup, second half: every time is paired with the serial time of its own
 * round. Copies do n times the work, so their speedup is n times the ratio;
 * it is the ceiling that the others are measured by. */
#include "measured.h"
#include "speedup.h"
#include "speedup_model.h"

#include "../scaling.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const struct speedup_result *result, const char *kind)
{
    return strcmp(result->bench_case->name, kind) == 0;
}

const struct speedup_result *speedup_find(const struct speedup_results *results,
                                          const char *kind,
                                          const char *workload, int workers)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct speedup_result *result = &results->all[i];

        if (is(result, kind) && strcmp(result->workload, workload) == 0 &&
            result->workers == workers)
            return result;
    }
    return NULL;
}

/* Every run must have found the same result as the first of its workload. */
static int check_results(const struct plan *plan, const struct samples *samples,
                         struct failure *failure)
{
    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];
        const struct bench_case *one = &plan->cases[block->case_index];
        const char *result = rows_cell(&block->rows.table[0], 0, "result");

        for (size_t j = 0; j < i && result != NULL && *result != '\0'; j++) {
            const struct bench_case *other =
                &plan->cases[samples->blocks[j].case_index];
            const char *first =
                rows_cell(&samples->blocks[j].rows.table[0], 0, "result");

            if (strcmp(bench_case_value(one, "workload"),
                       bench_case_value(other, "workload")) != 0 ||
                first == NULL || *first == '\0')
                continue;
            if (strcmp(first, result) != 0)
                return failure_note(failure, -EBADMSG,
                                    "the run is void: %s on %s workers "
                                    "found %s where %s found %s (%s)",
                                    one->name, bench_case_value(one, "workers"),
                                    result, other->name, first,
                                    bench_case_value(one, "workload"));
            break; /* equal to one, and that one to all before it */
        }
    }
    return 0;
}

static int result_read(const struct plan *plan, const struct samples *samples,
                       size_t index, struct speedup_result *ret)
{
    const struct bench_case *bench_case = &plan->cases[index];

    *ret = (struct speedup_result){
        .bench_case = bench_case,
        .workload = bench_case_value(bench_case, "workload"),
        .workers = atoi(bench_case_value(bench_case, "workers")),
        .speedup = experiment_no_pair,
        .of_ceiling = experiment_no_pair,
        .verdict = "",
    };
    int rc = series_read(samples, index, "elapsed_ns", 1e-9, statistics_median,
                         &ret->elapsed);
    if (rc == 0)
        rc = series_read(samples, index, "total_ns", 1e-9, statistics_median,
                         &ret->total);
    return rc;
}

static void scale(struct paired *paired, double factor)
{
    paired->ratio *= factor;
    paired->interval.low *= factor;
    paired->interval.high *= factor;
}

static int ratio(const struct series *top, const struct series *base,
                 struct paired *ret)
{
    int rc =
        statistics_ratio(top->by_round, base->by_round, top->rounds, 0.95, ret);
    if (rc == -EINVAL) {
        *ret = experiment_no_pair;
        return 0;
    }
    return rc;
}

/* The ceiling of ranks on other hosts was not measured: copies run here. */
static int read_speedup(const struct context *context,
                        const struct speedup_results *results,
                        struct speedup_result *result)
{
    bool elsewhere = is(result, "ranks") && context->ranks.on_hosts;
    const struct speedup_result *serial =
        speedup_find(results, "serial", result->workload, 1);
    const struct speedup_result *ceiling =
        speedup_find(results, "copies", result->workload, result->workers);
    int rc = 0;

    if (serial != NULL)
        rc = ratio(&serial->elapsed, &result->elapsed, &result->speedup);
    if (is(result, "copies"))
        scale(&result->speedup, result->workers);
    else if (ceiling != NULL && rc == 0 && !elsewhere) {
        rc = ratio(&ceiling->elapsed, &result->elapsed, &result->of_ceiling);
        scale(&result->of_ceiling, 1.0 / result->workers);
    }
    return rc;
}

bool speedup_is_compared(const struct bench_case *bench_case)
{
    return (strcmp(bench_case->name, "threads") == 0 ||
            strcmp(bench_case->name, "ranks") == 0) &&
           bench_case_wanted(bench_case);
}

/* Threads and ranks against processes at every worker count; and copies at one
 * worker against serial, which is the same work measured twice: the A/A
 * control. */
static int compare(const struct speedup_results *results,
                   struct speedup_result *result, struct report *report)
{
    bool control = is(result, "copies") && result->workers == 1;
    const struct speedup_result *base =
        control ? speedup_find(results, "serial", result->workload, 1)
                : speedup_find(results, "processes", result->workload,
                               result->workers);
    unsigned count = 0;

    if (base == NULL || (!control && !speedup_is_compared(result->bench_case)))
        return 0;
    for (size_t i = 0; i < results->count; i++)
        count += speedup_is_compared(results->all[i].bench_case) &&
                 strcmp(results->all[i].workload, result->workload) == 0;
    count = control ? 1 : count;

    const struct comparison comparison = {
        .experiment = "speedup",
        .name = result->bench_case->name,
        .base = base->bench_case->name,
        .placement = speedup_placement,
        .parameters = json_pack("{s:s, s:i}", "workload", result->workload,
                                "workers", result->workers),
        .level = 1 - 0.05 / count,
        .comparisons = count,
        .more = "slower",
        .less = "faster",
    };
    struct paired paired;
    int rc = experiment_compare(report, &comparison, &result->elapsed,
                                &base->elapsed, &paired);
    result->verdict = experiment_verdict(&comparison, &paired);
    return rc;
}

static const char *zone_of(const struct context *context,
                           const struct speedup_result *result)
{
    /* On hosts of their own every rank has a slot. */
    if (is(result, "ranks") && context->ranks.on_hosts)
        return "";
    return speedup_zone(&context->machine, result->workers);
}

const char *speedup_zone(const struct machine *machine, int workers)
{
    if (workers > machine->affinity_cpus)
        return "oversubscribed";
    if (machine->quota_cpus > 0 && workers > machine->quota_cpus)
        return "over-quota";
    if (machine->smt_active > 0 && workers > machine->cores_usable)
        return "smt";
    return "";
}

static json_t *summary(const struct context *context,
                       const struct speedup_results *results,
                       const struct speedup_result *result)
{
    const struct bench_case *bench_case = result->bench_case;
    const struct speedup_result *serial =
        speedup_find(results, "serial", result->workload, 1);
    const struct paired *s = &result->speedup, *c = &result->of_ceiling;
    struct interval interval = { .low = NAN, .high = NAN };
    double n = result->workers;
    bool split =
        is(result, "processes") || is(result, "threads") || is(result, "ranks");
    const char *error = result->elapsed.error;

    (void)statistics_median_interval(result->elapsed.by_round,
                                     result->elapsed.rounds, 0.95, &interval);
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:i, s:i}, s:s, s:i, s:i, "
        "s:i, s:s, s:s}",
        "experiment", "speedup", "case", bench_case->name, "label",
        bench_case->label, "note", bench_case->note, "family",
        bench_case->family, "placement", speedup_placement, "parameters",
        "workload", result->workload, "workers", result->workers, "size",
        atoi(bench_case_value(bench_case, "size")), "zone",
        zone_of(context, result), "n", (int)result->elapsed.n, "blocks",
        (int)result->elapsed.blocks, "failed", (int)result->elapsed.failed,
        "verdict", result->verdict, "unavailable",
        result->elapsed.n > 0 ? ""
        : error != NULL       ? error
                              : bench_case->unavailable);
    if (object == NULL)
        return NULL;

    const struct measured_number numbers[] = {
        { "median_s",
          statistics_median(result->elapsed.by_round, result->elapsed.rounds) },
        { "ci_low_s", interval.low },
        { "ci_high_s", interval.high },
        { "total_s",
          statistics_median(result->total.by_round, result->total.rounds) },
        { "serial_s", serial == NULL
                          ? NAN
                          : statistics_median(serial->elapsed.by_round,
                                              serial->elapsed.rounds) },
        { "speedup", s->ratio },
        { "speedup_low", s->interval.low },
        { "speedup_high", s->interval.high },
        { "efficiency", s->ratio / n },
        { "efficiency_low", s->interval.low / n },
        { "efficiency_high", s->interval.high / n },
        { "of_ceiling", c->ratio },
        { "of_ceiling_low", c->interval.low },
        { "of_ceiling_high", c->interval.high },
        { "karp_flatt", split ? scaling_karp_flatt(s->ratio, n) : NAN },
        { "karp_flatt_low",
          split ? scaling_karp_flatt(s->interval.high, n) : NAN },
        { "karp_flatt_high",
          split ? scaling_karp_flatt(s->interval.low, n) : NAN },
    };
    (void)measured_set_all(object, numbers,
                           sizeof(numbers) / sizeof(numbers[0]));
    return object;
}

int speedup_conclude(const struct context *context, const struct plan *plan,
                     const struct samples *samples, struct report *report,
                     struct failure *failure)
{
    struct speedup_results results = { .count = 0 };
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

    for (size_t i = 0; i < results.count && rc == 0; i++)
        rc = read_speedup(context, &results, &results.all[i]);
    for (size_t i = 0; i < results.count && rc == 0; i++)
        rc = compare(&results, &results.all[i], report);
    for (size_t i = 0; i < results.count && rc == 0; i++)
        rc = report_add(report->summaries,
                        summary(context, &results, &results.all[i]));
    if (rc == 0)
        rc = speedup_fit(context, &results, report);
    if (rc == 0)
        rc = speedup_charts(context, samples, report);
    if (rc == 0)
        rc = speedup_model(context, samples, plan, &results, report);

    for (size_t i = 0; i < results.count; i++) {
        series_free(&results.all[i].elapsed);
        series_free(&results.all[i].total);
    }
    free(results.all);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}
