/* population: and with how many are alive? The plan: one block creates workers
 * of one kind until there are as many as the profile asks for, or as limits
 * leave room for; some room is always left to others. What follows from the
 * rows is in population_conclude.c. */
#include "population.h"

#include "../task_limits.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char population_placement[] = "same-cpu";

static const struct kind {
    const char *name, *kind, *label, *note, *family;
} kinds[] = {
    { "thread", "thread", "thread", "pthread_create; default stack", "thread" },
    { "thread-again", "thread", "thread (again)",
      "A/A control: the noise floor", "control" },
    { "process", "process", "process", "fork of a tiny program", "process" },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

unsigned population_wanted(const struct context *context)
{
    static const unsigned workers[PROFILES] = { 512, 4096, 30000 };

    return workers[context->options.profile->level];
}

size_t population_points(unsigned workers, unsigned points[POPULATION_POINTS])
{
    size_t n = 0;

    for (unsigned at = 1;
         at + at / 2 <= workers && at < workers && n < POPULATION_POINTS - 1;
         at *= 4)
        points[n++] = at;
    if (workers > 0)
        points[n++] = workers;
    return n;
}

/* As many as are wanted, or as may be had without taking the last; *ret_limit
 * says what stands in the way, "none" if nothing does. */
static unsigned room_for(const struct context *context, const struct kind *kind,
                         const char **ret_limit)
{
    enum { LEFT_TO_OTHERS = 512 };
    unsigned wanted = population_wanted(context);
    struct limit limit =
        task_limits_room("", strcmp(kind->kind, "thread") == 0);
    double room = limit.room - fmin(LEFT_TO_OTHERS, limit.room / 8);

    *ret_limit = "none";
    if (room >= wanted)
        return wanted;
    *ret_limit = limit.name;
    return room >= 1 ? (unsigned)room : 0;
}

/* A quarter of what the cgroup may have, where that is less than a quarter of
 * what the machine has left; 0: the probe takes the latter. */
static unsigned long memory_mib(const struct context *context)
{
    double cgroup = task_limits_memory_mib("");

    if (cgroup > 0 && cgroup < (double)context->machine.memory_available_mib)
        return (unsigned long)fmax(1, cgroup / 4);
    return 0;
}

static int add_points(struct bench_case *added, unsigned workers)
{
    unsigned points[POPULATION_POINTS];
    size_t n = population_points(workers, points);
    char list[POPULATION_POINTS * 8] = "";
    size_t used = 0;

    for (size_t i = 0; i < n && used < sizeof(list); i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%u",
                                 i > 0 ? "," : "", points[i]);
    return bench_case_argument(added, "at=%s", list);
}

static int add_case(const struct context *context, struct plan *plan,
                    const struct kind *kind)
{
    const char *limit;
    unsigned workers = room_for(context, kind, &limit);
    struct bench_case *added = plan_add(plan);
    if (added == NULL)
        return -ENOMEM;

    snprintf(added->name, sizeof(added->name), "%s", kind->name);
    snprintf(added->label, sizeof(added->label), "%s", kind->label);
    snprintf(added->note, sizeof(added->note), "%s", kind->note);
    snprintf(added->family, sizeof(added->family), "%s", kind->family);
    snprintf(added->placement, sizeof(added->placement), "%s",
             population_placement);
    bench_case_parameter(added, 0, "workers", "%u", workers);
    bench_case_parameter(added, 1, "limit", "%s", limit);
    if (workers == 0)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "%s leaves no room for a worker", limit);

    /* What is slow here stops cleanly, in time for the other blocks. */
    double limit_s =
        experiment_population.budget_s[context->options.profile->level];
    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(added,
                              "population kind=%s workers=%u cpu=%d "
                              "memory_mib=%lu limit_ms=%.0f",
                              kind->kind, workers, context->machine.first_cpu,
                              memory_mib(context), limit_s * 1000);
    if (rc == 0)
        rc = add_points(added, workers);
    return rc;
}

/* The baseline and its control are measured whatever is asked for. */
static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    int rc = 0;

    for (size_t k = 0; k < KINDS && rc == 0; k++)
        if (strcmp(kinds[k].kind, "thread") == 0 ||
            context_asked(context->options.cases, kinds[k].name))
            rc = add_case(context, ret, &kinds[k]);
    return rc < 0 ? failure_note(failure, rc, "cannot plan population") : 0;
}

/* The plan of everything has all the names there are. */
static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    return experiment_names(context, plan_make, ret_cases, ret_placements,
                            failure);
}

const struct experiment experiment_population = {
    .name = "population",
    .question = "and with how many are alive?",
    .summary_columns = MEASURED_WORDS
    ",alive,quantity," MEASURED_COLUMNS ",returned_us,memory_kib,"
    "memory_low_kib,memory_high_kib,pss_kib,pss_low_kib,pss_high_kib,failed,"
    "ratio,ratio_low,ratio_high,verdict,unavailable",
    .budget_s = { 1, 6, 40 },
    .rounds_at_least = { 8, 8, 8 },
    .check = check,
    .plan = plan_make,
    .conclude = population_conclude,
};
