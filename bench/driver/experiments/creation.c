/* creation: what does one more flow of control cost? The plan: every mechanism
 * that the probe knows, at every placement, in the probe itself and, on one
 * CPU, in the pair of static probes. What follows from the rows is in
 * creation_conclude.c. */
#include "creation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct creation_placement creation_placements[] = {
    { "same-cpu", "on one CPU" },
    { "other-cpu", "on another CPU" },
    { "free", "where the scheduler likes" },
};
const size_t creation_placements_count =
    sizeof(creation_placements) / sizeof(creation_placements[0]);

/* The probes: suffix of the case's name, program. The static pair tells what
 * the C library does, at one placement. */
static const struct build {
    const char *suffix, *program;
    const char *placement; /* NULL: all */
} builds[] = {
    { "", "probe", NULL },
    { "-glibc-static", "probe-glibc-static", "same-cpu" },
    { "-musl-static", "probe-musl-static", "same-cpu" },
};
enum { BUILDS = sizeof(builds) / sizeof(builds[0]) };

/* The baseline and the A/A control are measured whatever is asked for. */
static bool asked(const struct context *context, const char *mechanism,
                  const char *suffix)
{
    char name[96];

    if (strcmp(mechanism, "pthread") == 0 ||
        strcmp(mechanism, "pthread-again") == 0)
        return true;
    snprintf(name, sizeof(name), "%s%s", mechanism, suffix);
    return context_asked(context->options.cases, name);
}

/* Whether a row is a mechanism of its own, neither the clock nor the control:
 * what is asked besides the cost is asked of these. */
static bool is_own(const char *family)
{
    return strcmp(family, "control") != 0 && strcmp(family, "timer") != 0;
}

/* Whether a static probe repeats this mechanism: a dynamic program brings its
 * own library. */
static bool repeated(const char *family, const char *mechanism)
{
    return is_own(family) && strcmp(mechanism, "fork-exec-dynamic") != 0;
}

/* Whether --cases asks for any case of that build at all. */
static bool build_asked(const struct context *context,
                        const struct build *build)
{
    const char *cases = context->options.cases;

    return cases == NULL || build->suffix[0] == '\0' ||
           strstr(cases, build->suffix) != NULL;
}

static bool is_built(const struct context *context, const char *program)
{
    char path[PATH_MAX + 64];

    snprintf(path, sizeof(path), "%s/%s", context->programs, program);
    return access(path, X_OK) == 0;
}

struct row {
    const char *mechanism, *family, *label, *note, *needs;
};

/* Tails are drawn of these, and a 99th percentile asks for 1,000 samples. */
static bool has_tail(const struct context *context, const struct build *build,
                     const char *placement, bool stamped)
{
    return !stamped && build->suffix[0] == '\0' &&
           strcmp(placement, "same-cpu") == 0 &&
           context->options.profile->level != PROFILE_QUICK;
}

int creation_words(const struct context *context, struct bench_case *added,
                   const char *mechanism, int samples, bool stamped, int cpu,
                   int child_cpu)
{
    enum { WARMUPS = 3 };

    return bench_case_words(added,
                            "creation mechanism=%s samples=%d warmup=%d "
                            "budget_ms=%u stamp=%d cpu=%d child_cpu=%d",
                            mechanism, samples, WARMUPS,
                            context->options.profile->block_ms, stamped, cpu,
                            child_cpu);
}

/* One case: with a stamp every third round, without one in all rounds. */
static int add_case(const struct context *context, struct plan *plan,
                    const struct row *row, const struct build *build,
                    const char *placement, bool stamped)
{
    enum { STAMPED_EVERY = 3 };
    struct bench_case *added = plan_add(plan);
    if (added == NULL)
        return -ENOMEM;

    snprintf(added->name, sizeof(added->name), "%s%s", row->mechanism,
             build->suffix);
    snprintf(added->label, sizeof(added->label), "%s", row->label);
    snprintf(added->note, sizeof(added->note), "%s%s", row->note,
             strcmp(placement, "other-cpu") == 0 ? "; and the move" : "");
    snprintf(added->family, sizeof(added->family), "%s", row->family);
    snprintf(added->placement, sizeof(added->placement), "%s", placement);
    bench_case_parameter(added, 0, "stamped", "%d", stamped);
    if (stamped)
        added->every = STAMPED_EVERY;

    int cpu, child_cpu;
    experiment_place(&context->machine, added, &cpu, &child_cpu);
    int rc =
        bench_case_argument(added, "%s/%s", context->programs, build->program);
    if (rc == 0 && !is_built(context, build->program))
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "%s was not built on this machine", build->program);
    else if (rc == 0 && row->needs[0] != '\0' && !is_built(context, row->needs))
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "%s was not built on this machine", row->needs);
    if (rc == 0)
        rc = creation_words(context, added, row->mechanism,
                            has_tail(context, build, placement, stamped)
                                ? 2 * CREATION_SAMPLES
                                : CREATION_SAMPLES,
                            stamped, cpu, child_cpu);
    return rc;
}

static int add_build(const struct context *context, struct plan *plan,
                     const struct rows_table *mechanisms,
                     const struct build *build, const char *placement)
{
    for (size_t i = 0; i < mechanisms->rows; i++) {
        const struct row row = {
            .mechanism = rows_cell(mechanisms, i, "mechanism"),
            .family = rows_cell(mechanisms, i, "family"),
            .label = rows_cell(mechanisms, i, "label"),
            .note = rows_cell(mechanisms, i, "note"),
            .needs = rows_cell(mechanisms, i, "needs"),
        };
        bool is_static = build->suffix[0] != '\0';

        if (row.mechanism == NULL || row.family == NULL || row.label == NULL ||
            row.note == NULL || row.needs == NULL)
            return -EPROTO;
        if (!asked(context, row.mechanism, build->suffix) ||
            (is_static && !repeated(row.family, row.mechanism)))
            continue;
        int rc = add_case(context, plan, &row, build, placement, false);
        if (rc == 0 && !is_static && is_own(row.family))
            rc = add_case(context, plan, &row, build, placement, true);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int fill(const struct context *context,
                const struct rows_table *mechanisms, struct plan *plan)
{
    int rc = 0;

    for (size_t b = 0; b < BUILDS; b++)
        for (size_t p = 0; p < creation_placements_count && rc == 0; p++) {
            const char *placement = creation_placements[p].name;

            if ((builds[b].placement != NULL &&
                 strcmp(builds[b].placement, placement) != 0) ||
                !context_asked(context->options.placement, placement) ||
                !build_asked(context, &builds[b]))
                continue;
            rc = add_build(context, plan, mechanisms, &builds[b], placement);
        }
    return rc;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    struct rows rows;
    int rc = experiment_list(context, "mechanisms", &rows, failure);
    if (rc < 0)
        return rc;

    rc = fill(context, &rows.table[0], ret);
    rows_free(&rows);
    if (rc < 0)
        return failure_note(failure, rc, "cannot plan creation");
    return 0;
}

/* The plan of everything has all the names there are. */
static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    return experiment_names(context, plan_make, ret_cases, ret_placements,
                            failure);
}

const struct experiment experiment_creation = {
    .name = "creation",
    .question = "what does one more flow of control cost?",
    .summary_columns = MEASURED_WORDS
    "," MEASURED_COLUMNS ",returned_us,started_us,stamped_reaped_us,faults,"
    "switches,other_cpu_share,failed,ratio,ratio_low,ratio_high,verdict,"
    "unavailable",
    .budget_s = { 1.8, 15, 120 },
    .rounds_at_least = { 9, 12, 12 },
    .check = check,
    .plan = plan_make,
    .conclude = creation_conclude,
};
