/* creation: what is compared with what. Every case with a pthread of the same
 * probe at the same placement; the same mechanism across placements and C
 * libraries; and the A/A control with itself. */
#include "creation.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct creation_result *find(
    const struct creation_results *results, const char *name,
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

static bool is_compared(const struct creation_result *result,
                        const char *baseline)
{
    return strcmp(result->cost.bench_case->family, "timer") != 0 &&
           strcmp(result->cost.bench_case->name, baseline) != 0;
}

/* Those that share a chart share the chance of a false alarm: a placement of
 * one probe, without its control. */
static unsigned comparisons_beside(const struct creation_results *results,
                                   const struct creation_result *result)
{
    const char *suffix = suffix_of(result->cost.bench_case->name);
    unsigned count = 0;

    for (size_t i = 0; i < results->count; i++) {
        const struct bench_case *other = results->all[i].cost.bench_case;

        if (strcmp(other->placement, result->cost.bench_case->placement) == 0 &&
            strcmp(suffix_of(other->name), suffix) == 0 &&
            strcmp(other->family, "timer") != 0 &&
            strcmp(other->family, "control") != 0)
            count++;
    }
    return count > 1 ? count - 1 : 1; /* the baseline itself is none */
}

/* Every case against a pthread of the same probe at the same placement. */
static int compare_to_pthread(const struct creation_results *results,
                              struct creation_result *result,
                              struct report *report)
{
    const struct bench_case *bench_case = result->cost.bench_case;
    char base[64];

    snprintf(base, sizeof(base), "pthread%s", suffix_of(bench_case->name));
    const struct creation_result *baseline =
        find(results, base, bench_case->placement);
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
    int rc = experiment_compare(report, &comparison, &result->cost.series,
                                &baseline->cost.series, &result->ratio);
    result->verdict = experiment_verdict(&comparison, &result->ratio);
    return rc;
}

static int judge_control(const struct creation_results *results,
                         const char *placement, struct report *report)
{
    const struct creation_result *again =
        find(results, "pthread-again", placement);
    const struct creation_result *once = find(results, "pthread", placement);
    char where[32];

    if (again == NULL || once == NULL)
        return 0;
    snprintf(where, sizeof(where), "at %s", placement);
    return measured_judge_control("creation", &again->cost.series,
                                  &once->cost.series, where, 0.01, report);
}

/* The same mechanism at another placement, and in another C library. */
static int compare_across(const struct creation_results *results,
                          const struct creation_result *result,
                          struct report *report)
{
    const struct bench_case *bench_case = result->cost.bench_case;
    const char *suffix = suffix_of(bench_case->name);
    const char *headline = creation_placements[0].name;
    const struct creation_result *base = NULL;
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
    return experiment_compare(report, &comparison, &result->cost.series,
                              &base->cost.series, NULL);
}

int creation_compare(struct creation_results *results, struct report *report)
{
    int rc = 0;

    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = compare_to_pthread(results, &results->all[i], report);
    for (size_t i = 0; i < results->count && rc == 0; i++)
        rc = compare_across(results, &results->all[i], report);
    for (size_t p = 0; p < creation_placements_count && rc == 0; p++)
        rc = judge_control(results, creation_placements[p].name, report);
    return rc;
}
