/* ladder: from a function call to an interpreter. The plan: a rung is a way of
 * having a piece of work done, each dearer than the one below. Our probe climbs
 * the lower ones, hyperfine times whole programs, and a script of ours runs
 * inside Python. What follows from the rows is in ladder_conclude.c. */
#include "ladder.h"
#include "build_facts.h"
#include "hyperfine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum source { LADDER, CREATION, HYPERFINE, EMPTY, PYTHON, SCRIPT, RANK };

/* A flight begins anew inside Python; the last are no rungs but controls. */
static const struct rung {
    const char *flight, *name, *family, *label, *note;
    enum source source;
    const char *word;  /* what the source calls it */
    const char *needs; /* a program of ours; "": none */
    unsigned batch;    /* in one sample */
} rungs[] = {
    { "system", "call", "control", "function call",
      "not inlined; nothing is created", LADDER, "call", "", 10000 },
    { "system", "pool-hand-over", "thread", "pool hand-over",
      "an empty task to a waiting thread and back", LADDER, "pool", "", 20 },
    { "system", "thread", "thread", "pthread_create + join", "shares memory",
      CREATION, "pthread", "", 1 },
    { "system", "vfork", "process", "vfork + _exit + wait",
      "borrows all memory until _exit", CREATION, "vfork", "", 1 },
    { "system", "process", "process", "fork + _exit + wait",
      "copies page tables; a tiny parent", CREATION, "fork", "", 1 },
    { "system", "program", "program", "fork + exec (static)",
      "a new static program", CREATION, "fork-exec", "empty-static", 1 },
    { "system", "dynamic-program", "program", "fork + exec (dynamic)",
      "the same; libraries linked at start", CREATION, "fork-exec-dynamic",
      "empty-dynamic", 1 },
    { "system", "shell", "program", "sh -c :", "whole runs by hyperfine",
      HYPERFINE, "sh -c :", "", 1 },
    { "system", "python", "program", "python3 -c pass",
      "whole runs by hyperfine", PYTHON, "-c pass", "", 1 },
    { "system", "rank", "rank", "one more MPI rank: mpirun -n 1",
      "an empty rank; whole runs by hyperfine", RANK, "nothing", "", 1 },
    { "python", "python-thread", "thread", "Thread in Python",
      "start() until join() has returned", SCRIPT, "thread", "ladder.py", 1 },
    { "python", "python-process", "process", "Process in Python",
      "start() until join() has returned; by fork", SCRIPT, "process",
      "ladder.py", 1 },
    { "control", "thread-again", "control", "pthread_create (again)",
      "A/A control: the noise floor", CREATION, "pthread-again", "", 1 },
    { "control", "program-hyperfine", "control", "static program by hyperfine",
      "cross-check of the two instruments", EMPTY, "empty-static",
      "empty-static", 1 },
    { "control", "dynamic-program-hyperfine", "control",
      "dynamic program by hyperfine", "cross-check of the two instruments",
      EMPTY, "empty-dynamic", "empty-dynamic", 1 },
};
enum { RUNGS = sizeof(rungs) / sizeof(rungs[0]) };

/* The A/A pair always stays, and so does the rung below one that is asked. */
static bool asked(const struct context *context, size_t i)
{
    const char *cases = context->options.cases;
    bool above = i + 1 < RUNGS && strcmp(rungs[i].flight, "control") != 0 &&
                 strcmp(rungs[i].flight, rungs[i + 1].flight) == 0;

    return context_asked(cases, rungs[i].name) ||
           strcmp(rungs[i].name, "thread") == 0 ||
           strcmp(rungs[i].name, "thread-again") == 0 ||
           (above && context_asked(cases, rungs[i + 1].name));
}

static bool is_timed_outside(enum source source)
{
    return source == HYPERFINE || source == EMPTY || source == PYTHON ||
           source == RANK;
}

static void check_needs(const struct context *context,
                        const struct ladder_tools *tools,
                        const struct rung *rung, struct bench_case *added)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof(path), "%s/%s", context->programs, rung->needs);
    if (rung->needs[0] != '\0' && access(path, R_OK) != 0)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "%s was not built on this machine", rung->needs);
    else if ((rung->source == PYTHON || rung->source == SCRIPT) &&
             tools->python[0] == '\0')
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "python3 is not installed");
    else if (rung->source == RANK)
        ranks_check(context, added);
    if (added->unavailable[0] == '\0' && is_timed_outside(rung->source) &&
        !tools->hyperfine)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "hyperfine is not installed (scripts/lab setup does it)");
}

/* ---- Commands ---- */

static int probe_command(const struct context *context, const struct rung *rung,
                         struct bench_case *added)
{
    enum { SAMPLES = 20, WARMUPS = 3 };
    unsigned block_ms = context->options.profile->block_ms;
    int cpu = context->machine.first_cpu;
    int rc = bench_case_argument(added, "%s/probe", context->programs);

    if (rc == 0 && rung->source == CREATION)
        rc = bench_case_words(added, "creation mechanism=%s", rung->word);
    else if (rc == 0)
        rc = bench_case_words(added, "ladder rung=%s batch=%u", rung->word,
                              rung->batch);
    if (rc == 0)
        rc = bench_case_words(added, "samples=%d warmup=%d budget_ms=%u cpu=%d",
                              SAMPLES, WARMUPS, block_ms, cpu);
    return rc;
}

static int script_command(const struct context *context,
                          const struct ladder_tools *tools,
                          const struct rung *rung, struct bench_case *added)
{
    enum { SAMPLES = 20, WARMUPS = 2 };
    int rc = bench_case_argument(added, "%s", tools->python);

    if (rc == 0) /* nothing of the user's, nothing of the site's */
        rc = bench_case_words(added, "-I -S");
    if (rc == 0)
        rc =
            bench_case_argument(added, "%s/%s", context->programs, rung->needs);
    if (rc == 0)
        rc = bench_case_words(
            added, "kind=%s samples=%d warmup=%d budget_ms=%u cpu=%d",
            rung->word, SAMPLES, WARMUPS, context->options.profile->block_ms,
            context->machine.first_cpu);
    return rc;
}

static void quote_path(const char *path, char quoted[HYPERFINE_QUOTED])
{
    char folder[PATH_MAX];
    const char *name = strrchr(path, '/');

    snprintf(folder, sizeof(folder), "%.*s",
             name != NULL ? (int)(name - path) : 0, path);
    hyperfine_quote(folder, name != NULL ? name + 1 : path, quoted);
}

/* The whole program, as hyperfine has to be given it. */
static int add_program(const struct context *context,
                       const struct ladder_tools *tools,
                       const struct rung *rung, struct bench_case *added)
{
    char quoted[HYPERFINE_QUOTED], rank[HYPERFINE_QUOTED];

    switch (rung->source) {
    case EMPTY:
        hyperfine_quote(context->programs, rung->word, quoted);
        return bench_case_argument(added, "%s", quoted);
    case PYTHON:
        quote_path(tools->python, quoted);
        return bench_case_argument(added, "%s %s", quoted, rung->word);
    case RANK:
        quote_path(BUILD_LAUNCHER, quoted);
        hyperfine_quote(context->programs, "rank", rank);
        return bench_case_argument(added, "%s -n 1 %s %s", quoted, rank,
                                   rung->word);
    default:
        return bench_case_argument(added, "%s", rung->word);
    }
}

/* hyperfine cannot pin what it runs; taskset pins hyperfine. Its name for the
 * command says how many rungs a run is. */
static int hyperfine_command(const struct context *context,
                             const struct ladder_tools *tools,
                             const struct rung *rung, struct bench_case *added)
{
    unsigned effort = context->options.profile->effort;
    unsigned runs = effort > 1 ? 2 + effort / 2 : 1;
    bool launches = rung->source == RANK; /* that takes its time */
    int rc = 0;

    added->read = ladder_rows;
    if (launches)
        rc = bench_case_words(added, "env OMPI_ALLOW_RUN_AS_ROOT=1 "
                                     "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
                                     "PRTE_ALLOW_RUN_AS_ROOT=1 "
                                     "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1");
    if (rc == 0 && tools->taskset)
        rc = bench_case_words(added, "taskset -c %d",
                              context->machine.first_cpu);
    if (rc == 0)
        rc = bench_case_words(added,
                              "hyperfine -N --style=none --warmup=%u --runs=%u "
                              "--ignore-failure --command-name=samples=1 "
                              "--export-json=/dev/stdout",
                              effort > 1 && !launches,
                              launches                 ? (effort + 1) / 2
                              : rung->source == PYTHON ? runs
                                                       : 2 * runs);
    return rc == 0 ? add_program(context, tools, rung, added) : rc;
}

static int add_case(const struct context *context, struct plan *plan,
                    const struct ladder_tools *tools, const struct rung *rung)
{
    struct bench_case *added = plan_add(plan);
    bool pinned = !is_timed_outside(rung->source) || tools->taskset;
    bool versioned = rung->source == PYTHON && tools->version[0] != '\0';

    if (added == NULL)
        return -ENOMEM;
    snprintf(added->name, sizeof(added->name), "%s", rung->name);
    snprintf(added->label, sizeof(added->label), "%s", rung->label);
    snprintf(added->note, sizeof(added->note), "%s%s%s%s",
             versioned ? tools->version : "", versioned ? "; " : "", rung->note,
             pinned ? "" : "; not pinned");
    snprintf(added->family, sizeof(added->family), "%s", rung->family);
    snprintf(added->placement, sizeof(added->placement), "%s",
             pinned ? "same-cpu" : "free");
    bench_case_parameter(added, 0, "flight", "%s", rung->flight);
    bench_case_parameter(added, 1, "batch", "%u", rung->batch);
    check_needs(context, tools, rung, added);

    if (is_timed_outside(rung->source))
        return hyperfine_command(context, tools, rung, added);
    if (rung->source == SCRIPT)
        return script_command(context, tools, rung, added);
    return probe_command(context, rung, added);
}

const char *ladder_column(const struct bench_case *bench_case,
                          double *ret_scale)
{
    for (size_t i = 0; i < RUNGS; i++) {
        if (strcmp(rungs[i].name, bench_case->name) != 0)
            continue;
        *ret_scale =
            (is_timed_outside(rungs[i].source) ? 1e6 : 1e-3) / rungs[i].batch;
        return is_timed_outside(rungs[i].source) ? "wall_s"
               : rungs[i].source == CREATION     ? "reaped_ns"
                                                 : "elapsed_ns";
    }
    *ret_scale = NAN;
    return "";
}

static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    (void)context;
    (void)failure;
    ret_cases[0] = '\0';
    for (size_t i = 0; i < RUNGS; i++)
        experiment_add_name(ret_cases, rungs[i].name);
    snprintf(ret_placements, EXPERIMENT_NAMES, "same-cpu");
    return 0;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    struct ladder_tools tools;
    int rc = 0;

    ladder_tools_find(context, &tools);
    for (size_t i = 0; i < RUNGS && rc == 0; i++)
        if (asked(context, i))
            rc = add_case(context, ret, &tools, &rungs[i]);
    return rc < 0 ? failure_note(failure, rc, "cannot plan ladder") : 0;
}

const struct experiment experiment_ladder = {
    .name = "ladder",
    .question = "from a call to an interpreter: what costs what?",
    .summary_columns =
        MEASURED_WORDS ",flight,batch," MEASURED_COLUMNS
                       ",base,failed,ratio,ratio_low,ratio_high,verdict,"
                       "unavailable",
    .budget_s = { 1.5, 6, 30 },
    .rounds_at_least = { 9, 9, 9 },
    .by_ranks = true,
    .check = check,
    .plan = plan_make,
    .conclude = ladder_conclude,
};
