/* granularity: when does creation stop mattering? The plan: tasks of 1 µs to
 * 10 ms, the same for all, done without a worker, by a new worker each, and by
 * a worker that waits for them. What follows is in granularity_conclude.c. */
#include "granularity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const struct granularity_kind granularity_kinds[] = {
    { "serial", "serial", "control", "no worker", "the tasks alone: the ideal",
      "" },
    { "thread", "thread", "thread", "a thread each", "create; task; join", "" },
    { "thread-again", "thread", "control", "a thread each again",
      "the noise floor", "thread" },
    { "process", "process", "process", "a process each", "fork; task; wait",
      "thread" },
    { "thread-pool", "thread-pool", "thread", "thread pool",
      "one worker; futex there and back", "" },
    { "process-pool", "process-pool", "process", "process pool",
      "one worker; futex there and back", "thread-pool" },
};
const size_t granularity_kinds_count =
    sizeof(granularity_kinds) / sizeof(granularity_kinds[0]);

const char *const granularity_placements[] = { "same-cpu", "free" };
const size_t granularity_placements_count =
    sizeof(granularity_placements) / sizeof(granularity_placements[0]);

static const struct length {
    unsigned task_us;
    bool control; /* measured twice: mostly overhead here, mostly task there */
    bool quick;   /* measured in a hurry, too */
} lengths[] = {
    { 1, true, true },    { 3, false, false },    { 10, false, true },
    { 30, false, false }, { 100, false, true },   { 300, false, false },
    { 1000, true, true }, { 3000, false, false }, { 10000, false, true },
};
enum { LENGTHS = sizeof(lengths) / sizeof(lengths[0]) };

/* What --cases may leave out: neither the ideal nor the control, nor what an
 * asked one is compared with. */
static bool asked(const struct context *context,
                  const struct granularity_kind *kind)
{
    const char *cases = context->options.cases;

    if (strcmp(kind->family, "control") == 0 ||
        strcmp(kind->name, "thread") == 0)
        return true;
    for (size_t k = 0; k < granularity_kinds_count; k++)
        if (strcmp(granularity_kinds[k].base, kind->name) == 0 &&
            context_asked(cases, granularity_kinds[k].name))
            return true;
    return context_asked(cases, kind->name);
}

/* How many tasks make a sample: enough for the clock, and never longer than
 * some milliseconds of tasks, but for the longest. */
static unsigned tasks_of(unsigned task_us)
{
    enum { MOST = 20, SAMPLE_US = 2000 };
    unsigned tasks = SAMPLE_US / task_us;

    return tasks < 1 ? 1 : tasks > MOST ? MOST : tasks;
}

/* Some samples of a serial task of so many steps. */
static int calibration_rows(const struct context *context, int steps,
                            struct rows *ret, struct failure *failure)
{
    enum { LIMIT_S = 60 };
    struct plan scratch = { .cases = NULL };
    struct bench_case *one = plan_add(&scratch);
    struct command command;

    int rc = one == NULL
                 ? -ENOMEM
                 : bench_case_argument(one, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(
            one, "granularity kind=serial steps=%d tasks=1 samples=20 cpu=%d",
            steps, context->machine.first_cpu);
    if (rc == 0)
        rc = command_run(one->argv, LIMIT_S, context->stop, &command, failure);
    if (rc == 0)
        rc = rows_parse(command.out, ret, failure);
    plan_free(&scratch);
    return rc;
}

/* Steps of the work that take 1 µs here. The fastest of some samples: nothing
 * can make the same steps faster, much can make them slower. Two digits, so
 * that runs of one machine often agree. */
static int calibrate(const struct context *context, double *ret_per_us,
                     struct failure *failure)
{
    enum { STEPS = 100000 };
    double best_ns = INFINITY;
    struct rows rows = { .text = NULL };
    int rc = calibration_rows(context, STEPS, &rows, failure);
    if (rc < 0)
        return rc;

    for (size_t i = 0; i < rows.table[0].rows; i++)
        best_ns = fmin(best_ns, rows_number(&rows.table[0], i, "elapsed_ns"));
    rows_free(&rows);
    if (!(best_ns > 0) || isinf(best_ns))
        return failure_note(failure, -EPROTO, "the probe timed no task");

    double per_us = STEPS / best_ns * 1000;
    double unit = pow(10, floor(log10(per_us)) - 1);
    *ret_per_us = floor(per_us / unit + 0.5) * unit;
    return 0;
}

static const char *why_not(const struct context *context, const char *placement,
                           const struct length *length)
{
    if (context->options.profile->level != PROFILE_QUICK)
        return "";
    if (strcmp(placement, "free") == 0 && context->options.placement == NULL)
        return "left out by the quick profile; ask for it: --placement free";
    return length->quick ? "" : "left out by the quick profile";
}

static int add_case(const struct context *context, struct plan *plan,
                    const char *placement, const struct granularity_kind *kind,
                    const struct length *length, double steps_per_us)
{
    enum { SAMPLES = 30, BLOCK_MS = 2, LONG_US = 1000 };
    struct bench_case *added = plan_add(plan);
    if (added == NULL)
        return -ENOMEM;

    unsigned task_us = length->task_us;
    double steps = fmax(1, floor(steps_per_us * task_us + 0.5));
    unsigned tasks = tasks_of(task_us);
    int warmups = task_us < LONG_US ? 3 : 1; /* a long task warms up itself */
    bool is_free = strcmp(placement, "free") == 0;
    snprintf(added->name, sizeof(added->name), "%s", kind->name);
    snprintf(added->label, sizeof(added->label), "%s", kind->label);
    snprintf(added->note, sizeof(added->note), "%s", kind->note);
    snprintf(added->family, sizeof(added->family), "%s", kind->family);
    snprintf(added->placement, sizeof(added->placement), "%s", placement);
    snprintf(added->unavailable, sizeof(added->unavailable), "%s",
             why_not(context, placement, length));
    bench_case_parameter(added, 0, "task_us", "%u", task_us);
    bench_case_parameter(added, 1, "steps", "%.0f", steps);
    bench_case_parameter(added, 2, "tasks", "%u", tasks);
    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(added,
                              "granularity kind=%s steps=%.0f tasks=%u "
                              "samples=%d warmup=%d budget_ms=%u cpu=%d",
                              kind->probes, steps, tasks, SAMPLES, warmups,
                              BLOCK_MS * context->options.profile->effort,
                              is_free ? -1 : context->machine.first_cpu);
    return rc;
}

static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    (void)context;
    (void)failure;
    ret_cases[0] = '\0';
    ret_placements[0] = '\0';
    for (size_t k = 0; k < granularity_kinds_count; k++)
        experiment_add_name(ret_cases, granularity_kinds[k].name);
    for (size_t p = 0; p < granularity_placements_count; p++)
        experiment_add_name(ret_placements, granularity_placements[p]);
    return 0;
}

static int add_placement(const struct context *context, struct plan *plan,
                         const char *placement, double steps_per_us)
{
    int rc = 0;

    for (size_t k = 0; k < granularity_kinds_count; k++) {
        const struct granularity_kind *kind = &granularity_kinds[k];
        bool again = strcmp(kind->name, "thread-again") == 0;

        for (size_t i = 0; i < LENGTHS && rc == 0; i++)
            if (asked(context, kind) && (!again || lengths[i].control))
                rc = add_case(context, plan, placement, kind, &lengths[i],
                              steps_per_us);
    }
    return rc;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    double steps_per_us = NAN;
    int rc = calibrate(context, &steps_per_us, failure);

    for (size_t p = 0; p < granularity_placements_count && rc == 0; p++)
        if (context_asked(context->options.placement,
                          granularity_placements[p]))
            rc = add_placement(context, ret, granularity_placements[p],
                               steps_per_us);
    return rc < 0 ? failure_note(failure, rc, "cannot plan granularity") : 0;
}

const struct experiment experiment_granularity = {
    .name = "granularity",
    .question = "when does creation stop mattering?",
    .summary_columns = MEASURED_WORDS
    ",task_us,steps,tasks," MEASURED_COLUMNS
    ",length_us,serial_us,overhead_us,overhead_low_us,overhead_high_us,"
    "efficiency,"
    "efficiency_low,efficiency_high,failed,ratio,ratio_low,ratio_high,verdict,"
    "unavailable",
    .budget_s = { 1.5, 7, 45 },
    .rounds_at_least = { 8, 9, 9 },
    .check = check,
    .plan = plan_make,
    .conclude = granularity_conclude,
};
