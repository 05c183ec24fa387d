/* switching: what does changing over cost? The plan: a token goes to and fro
 * between two threads and between two processes, by pipe and by futex, on one
 * CPU and on two; beside each its bare loop, the same calls with nobody to
 * switch to. What follows from the rows is in switching_conclude.c. */
#include "switching.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct switching_placement switching_placements[SWITCHING_PLACEMENTS] = {
    { "same-cpu", "on one CPU" },
    { "other-cpu", "across two CPUs" },
};

/* Whatever is asked for, a means keeps its baseline and its controls. */
static const struct row {
    const char *name, *by, *peer, *family, *label, *note;
    bool kept;
} rows[] = {
    { "thread-pipe", "pipe", "thread", "thread", "threads by pipe",
      "write + read; the baseline", true },
    { "process-pipe", "pipe", "process", "process", "processes by pipe",
      "each in an address space of its own", false },
    { "thread-pipe-again", "pipe", "thread", "control",
      "threads by pipe (again)", "A/A control: the noise floor", true },
    { "self-pipe", "pipe", "none", "control", "write + read alone",
      "the bare loop: nobody to switch to", true },
    { "thread-futex", "futex", "thread", "thread", "threads by futex",
      "wake + wait; the baseline", true },
    { "process-futex", "futex", "process", "process", "processes by futex",
      "each in an address space of its own", false },
    { "thread-futex-again", "futex", "thread", "control",
      "threads by futex (again)", "A/A control: the noise floor", true },
    { "self-futex", "futex", "none", "control", "wake + wait alone",
      "the bare loop: nobody to switch to", true },
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static bool asked(const struct context *context, const struct row *row)
{
    const char *cases = context->options.cases;

    if (context_asked(cases, row->name))
        return true;
    for (size_t i = 0; row->kept && i < ROWS; i++)
        if (strcmp(rows[i].by, row->by) == 0 &&
            context_asked(cases, rows[i].name))
            return true;
    return false;
}

/* So many that two readings of the clock are nothing beside them. */
static unsigned round_trips(const struct context *context)
{
    return context->options.profile->level == PROFILE_QUICK ? 25 : 50;
}

/* The bare loop runs where the peer would. */
static void place(const struct machine *machine, const struct row *row,
                  struct bench_case *added, int *ret_cpu, int *ret_peer_cpu)
{
    bool same = strcmp(added->placement, "same-cpu") == 0;
    int peer_cpu = same ? machine->first_cpu : machine->other_cpu;

    *ret_cpu = strcmp(row->peer, "none") == 0 ? peer_cpu : machine->first_cpu;
    *ret_peer_cpu = peer_cpu;
    if (peer_cpu < 0)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "only one core is usable");
}

static int add_case(const struct context *context, struct plan *plan,
                    const struct row *row, const char *placement)
{
    enum { SAMPLES = 20, WARMUPS = 1 };
    struct bench_case *added = plan_add(plan);
    int cpu, peer_cpu;

    if (added == NULL)
        return -ENOMEM;
    snprintf(added->name, sizeof(added->name), "%s", row->name);
    snprintf(added->label, sizeof(added->label), "%s", row->label);
    snprintf(added->note, sizeof(added->note), "%s", row->note);
    snprintf(added->family, sizeof(added->family), "%s", row->family);
    snprintf(added->placement, sizeof(added->placement), "%s", placement);
    bench_case_parameter(added, 0, "round_trips", "%u", round_trips(context));
    place(&context->machine, row, added, &cpu, &peer_cpu);

    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(added,
                              "switching by=%s peer=%s round_trips=%u "
                              "samples=%d warmup=%d budget_ms=%u cpu=%d "
                              "peer_cpu=%d",
                              row->by, row->peer, round_trips(context), SAMPLES,
                              WARMUPS, context->options.profile->block_ms, cpu,
                              peer_cpu);
    return rc;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    int rc = 0;

    for (size_t p = 0; p < SWITCHING_PLACEMENTS; p++) {
        const char *placement = switching_placements[p].name;

        if (!context_asked(context->options.placement, placement))
            continue;
        for (size_t i = 0; i < ROWS && rc == 0; i++)
            if (asked(context, &rows[i]))
                rc = add_case(context, ret, &rows[i], placement);
    }
    return rc < 0 ? failure_note(failure, rc, "cannot plan switching") : 0;
}

/* The plan of everything has all the names there are. */
static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    return experiment_names(context, plan_make, ret_cases, ret_placements,
                            failure);
}

const struct experiment experiment_switching = {
    .name = "switching",
    .question = "what does changing over cost?",
    .summary_columns =
        MEASURED_WORDS ",round_trips," MEASURED_COLUMNS
                       ",switches,of_bare,of_bare_low,of_bare_high,failed,"
                       "ratio,ratio_low,ratio_high,verdict,unavailable",
    .budget_s = { 0.8, 3, 30 },
    .rounds_at_least = { 9, 12, 12 },
    .check = check,
    .plan = plan_make,
    .conclude = switching_conclude,
};
