/* gil: why does Python need processes? The plan: the same count of primes, and
 * the same time of waiting, on n threads and on n processes, in C and in every
 * Python that is found. The sizes differ, so that each language's serial run
 * takes about as long: speedups are compared, not languages. What follows is in
 * gil_conclude.c. */
#include "gil.h"
#include "measured.h"
#include "speedup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct kind {
    const char *name, *family, *note;
} kinds[] = {
    { "serial", "control", "one call; the baseline" },
    { "threads", "thread", "a common gate; split work" },
    { "processes", "process", "forked; a common gate; split work" },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct kind again = { "serial", "control",
                                   "the baseline once more" };

enum {
    COUNTS_MAX = 6,
    ROUNDS_WANTED = 8,
    SHORTEST_MS = 10,
    NAP_MS = 20, /* at least: passing the gate must not count */
    /* What a block takes beside its work. */
    C_START_MS = 3,
    PYTHON_START_MS = 30,
    PYTHON_PROCESSES_MS = 50 /* its imports */
};

/* Of the Pythons with a lock, and of those without. */
static const unsigned most_pythons[PROFILES] = { 1, 2, 4 };

/* One row of panels: what runs the work, and how much of it. */
struct runner {
    const char *language;            /* c | python: what the cases begin with */
    const char *interpreter;         /* c, cpython-3.11, … */
    const struct gil_python *python; /* NULL: C */
    const char *unavailable;         /* "": it is there */
    unsigned long size;              /* of the count */
};

struct made {
    const struct context *context;
    struct plan *plan;
    int counts[COUNTS_MAX];
    size_t counts_n;
    unsigned long nap_us;
};

/* 1, 2, 4, … usable CPUs, and twice as many; in larger steps where that would
 * be more than six. In a hurry: as many as CPUs. */
static size_t worker_counts(const struct context *context,
                            int counts[COUNTS_MAX])
{
    int usable = context->machine.usable_cpus, step = 1, powers;
    bool quick = context->options.profile->level == PROFILE_QUICK;
    size_t n = 0;

    do {
        step *= 2;
        powers = 0;
        for (long at = 1; at < usable; at *= step)
            powers++;
    } while (powers + 2 > COUNTS_MAX);
    for (int at = 1; at < usable && !quick; at *= step)
        counts[n++] = at;
    counts[n++] = usable;
    if (!quick || usable == 1) /* one worker alone has nothing to show */
        counts[n++] = 2 * usable;
    return n;
}

/* A language's baseline stays where any of its cases is asked for, and C's
 * always. */
static bool asked(const struct context *context, const char *language,
                  const char *kind)
{
    const char *cases = context->options.cases;
    char name[48];

    if (strcmp(kind, "serial") == 0)
        return strcmp(language, "c") == 0 || cases == NULL ||
               strstr(cases, language) != NULL;
    snprintf(name, sizeof(name), "%s-%s", language, kind);
    return context_asked(cases, name);
}

/* ---- sizes ---- */

/* What a round takes for one runner: beside the work, in ms, and in serial
 * times of the work. */
static void add_cost(const struct made *made, bool python, bool has_lock,
                     double *start_ms, double *work)
{
    int usable = made->context->machine.usable_cpus;
    double one = python ? PYTHON_START_MS : C_START_MS;
    double forked = python ? PYTHON_PROCESSES_MS : C_START_MS;

    *start_ms += 2 * one;
    *work += python ? 2 : 3; /* computing, waiting; C: and the control */
    for (size_t i = 0; i < made->counts_n; i++) {
        double n = made->counts[i], busy = fmin(n, usable);

        *start_ms += 2 * (one + forked);
        *work += 1 / busy + (has_lock ? 1 : 1 / busy) + 2 / n;
    }
}

/* The serial run's length: short enough for some rounds more than the fewest,
 * long enough that passing the gate does not count. */
static double target_ms(const struct made *made,
                        const struct gil_pythons *pythons)
{
    const struct context *context = made->context;
    double start_ms = 0, work = 0;

    add_cost(made, false, false, &start_ms, &work);
    for (size_t i = 0; i < pythons->count; i++)
        if (pythons->all[i].unavailable[0] == '\0')
            add_cost(made, true, pythons->all[i].has_lock, &start_ms, &work);
    double budget_ms = 800 * experiment_budget_s(&experiment_gil, context);
    double target = (budget_ms / ROUNDS_WANTED - start_ms) / work;
    return fmax(SHORTEST_MS,
                fmin(target, 20.0 * context->options.profile->effort));
}

/* ---- cases ---- */

static int add_command(const struct made *made, const struct runner *runner,
                       const struct kind *kind, const char *workload,
                       int workers, unsigned long size,
                       struct bench_case *added)
{
    const struct context *context = made->context;
    int rc = runner->python != NULL
                 ? gil_python_words(context, runner->python, added)
                 : bench_case_argument(added, "%s/probe", context->programs);

    if (rc == 0)
        rc = bench_case_words(added,
                              "speedup workload=%s kind=%s workers=%d "
                              "size=%lu",
                              workload, kind->name, workers, size);
    return rc == 0 ? speedup_cpus(&context->machine, added) : rc;
}

static int add_case(const struct made *made, const struct runner *runner,
                    const struct kind *kind, bool computing, int workers)
{
    unsigned long size = computing ? runner->size : made->nap_us;
    struct bench_case *added = plan_add(made->plan);
    if (added == NULL)
        return -ENOMEM;

    snprintf(added->name, sizeof(added->name), "%s-%s%s", runner->language,
             kind->name, kind == &again ? "-again" : "");
    snprintf(added->label, sizeof(added->label), "%s %s", runner->interpreter,
             kind->name);
    snprintf(added->note, sizeof(added->note), "%s", kind->note);
    snprintf(added->family, sizeof(added->family), "%s", kind->family);
    snprintf(added->placement, sizeof(added->placement), "%s",
             speedup_placement);
    snprintf(added->unavailable, sizeof(added->unavailable), "%s",
             runner->unavailable);
    bench_case_parameter(added, 0, "interpreter", "%s", runner->interpreter);
    bench_case_parameter(added, 1, "work", computing ? "cpu" : "waiting");
    bench_case_parameter(added, 2, "workers", "%d", workers);
    bench_case_parameter(added, 3, "size", "%lu", size);
    bench_case_parameter(added, 4, "has_lock", "%s",
                         runner->python == NULL     ? ""
                         : runner->python->has_lock ? "1"
                                                    : "0");
    if (runner->unavailable[0] != '\0')
        return 0;
    return add_command(made, runner, kind, computing ? "primes" : "nap",
                       workers, size, added);
}

static int add_runner(const struct made *made, const struct runner *runner)
{
    int rc = 0;

    for (int computing = 1; computing >= 0; computing--)
        for (size_t k = 0; k < KINDS && rc == 0; k++) {
            size_t n = k == 0 ? 1 : made->counts_n;

            if (!asked(made->context, runner->language, kinds[k].name))
                continue;
            for (size_t i = 0; i < n && rc == 0; i++)
                rc = add_case(made, runner, &kinds[k], computing == 1,
                              k == 0 ? 1 : made->counts[i]);
        }
    return rc;
}

/* A Python that cannot be measured is one row with the reason. */
static int add_python(const struct made *made, const struct gil_python *python,
                      double target)
{
    struct failure failure = { "" };
    struct runner runner = { "python", python->name, python,
                             python->unavailable, 0 };

    if (python->unavailable[0] != '\0')
        return add_case(made, &runner, &kinds[0], true, 1);
    int rc = gil_python_calibrate(made->context, python, target, &runner.size,
                                  &failure);
    if (rc == -EINTR || rc == -ENOMEM)
        return rc;
    if (rc < 0) {
        runner.unavailable = "it could not count primes";
        return add_case(made, &runner, &kinds[0], true, 1);
    }
    return add_runner(made, &runner);
}

static int add_pythons(const struct made *made,
                       const struct gil_pythons *pythons, double target)
{
    const struct runner none = { "python", "python3", NULL, "no python3 found",
                                 0 };
    int rc = 0;

    if (!asked(made->context, "python", "serial"))
        return 0;
    for (size_t i = 0; i < pythons->count && rc == 0; i++)
        rc = add_python(made, &pythons->all[i], target);
    return pythons->count == 0 ? add_runner(made, &none) : rc;
}

static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    (void)context;
    (void)failure;
    snprintf(ret_placements, EXPERIMENT_NAMES, "%s", speedup_placement);
    snprintf(ret_cases, EXPERIMENT_NAMES,
             "c-serial,c-serial-again,c-threads,c-processes,python-serial,"
             "python-threads,python-processes");
    return 0;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    struct made made = { .context = context, .plan = ret };
    struct runner c = { "c", "c", NULL, "", 0 };
    struct gil_pythons *pythons = calloc(1, sizeof(*pythons));
    int rc = pythons != NULL ? 0 : -ENOMEM;

    made.counts_n = worker_counts(context, made.counts);
    if (rc == 0 && asked(context, "python", "serial"))
        rc = gil_find_pythons(context,
                              most_pythons[context->options.profile->level],
                              pythons, failure);
    /* Threads are compared with processes at every count of a panel. */
    ret->rounds_at_least = statistics_pairs_at_least((unsigned)made.counts_n);
    double target = rc == 0 ? target_ms(&made, pythons) : 0;
    made.nap_us = (unsigned long)(1000 * fmax(NAP_MS, floor(target)));
    if (rc == 0)
        rc = speedup_calibrate(context, "primes", target, &c.size, failure);
    if (rc == 0)
        rc = add_runner(&made, &c);
    if (rc == 0)
        rc = add_case(&made, &c, &again, true, 1);
    if (rc == 0)
        rc = add_pythons(&made, pythons, target);
    free(pythons);
    return rc < 0 ? failure_note(failure, rc, "cannot plan gil") : 0;
}

const struct experiment experiment_gil = {
    .name = "gil",
    .question = "why does Python need processes?",
    .summary_columns = MEASURED_WORDS
    ",interpreter,work,workers,size,has_lock,zone," MEASURED_COLUMNS
    ",elapsed_s,total_s,serial_s,speedup,speedup_low,speedup_high,failed,ratio,"
    "ratio_low,ratio_high,verdict,unavailable",
    .budget_s = { 1.6, 8, 60 },
    .rounds_at_least = { 6, 6, 8 },
    .check = check,
    .plan = plan_make,
    .conclude = gil_conclude,
};
