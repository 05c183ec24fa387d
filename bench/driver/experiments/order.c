/* order: who is first, the starter's next line or the worker's first? The plan:
 * many starts of each kind, at every placement. What follows from the rows is
 * in order_conclude.c. */
#include "order.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct order_placement order_placements[] = {
    { "same-cpu", "on one CPU" },
    { "other-cpu", "on two CPUs" },
    { "free", "where the scheduler likes" },
};
const size_t order_placements_count =
    sizeof(order_placements) / sizeof(order_placements[0]);

static const struct kind {
    const char *name, *kind, *label, *note, *family;
} kinds[] = {
    { "thread", "thread", "thread", "pthread_create", "thread" },
    { "thread-again", "thread", "thread (again)", "A/A control", "control" },
    { "process", "process", "process", "fork", "process" },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int add_case(const struct context *context, struct plan *plan,
                    const struct kind *kind, const char *placement)
{
    enum { STARTS = 50 };
    struct bench_case *added = plan_add(plan);
    if (added == NULL)
        return -ENOMEM;

    snprintf(added->name, sizeof(added->name), "%s", kind->name);
    snprintf(added->label, sizeof(added->label), "%s", kind->label);
    snprintf(added->note, sizeof(added->note), "%s%s", kind->note,
             strcmp(placement, "other-cpu") == 0 ? "; the worker moves first"
                                                 : "");
    snprintf(added->family, sizeof(added->family), "%s", kind->family);
    snprintf(added->placement, sizeof(added->placement), "%s", placement);

    int cpu, worker_cpu;
    experiment_place(&context->machine, added, &cpu, &worker_cpu);
    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(
            added, "order kind=%s starts=%u cpu=%d worker_cpu=%d", kind->kind,
            STARTS * context->options.profile->effort, cpu, worker_cpu);
    return rc;
}

/* Threads and their control are measured whatever is asked for. */
static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    int rc = 0;

    for (size_t p = 0; p < order_placements_count; p++)
        for (size_t k = 0; k < KINDS && rc == 0; k++)
            if (context_asked(context->options.placement,
                              order_placements[p].name) &&
                (strcmp(kinds[k].kind, "thread") == 0 ||
                 context_asked(context->options.cases, kinds[k].name)))
                rc =
                    add_case(context, ret, &kinds[k], order_placements[p].name);
    return rc < 0 ? failure_note(failure, rc, "cannot plan order") : 0;
}

/* The plan of everything has all the names there are. */
static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    return experiment_names(context, plan_make, ret_cases, ret_placements,
                            failure);
}

const struct experiment experiment_order = {
    .name = "order",
    .question = "whose line comes first, main's or the worker's?",
    .summary_columns = MEASURED_WORDS
    "," MEASURED_COLUMNS ",starts,main_first,main_first_share,share_low,"
    "share_high,difference,difference_low,difference_high,failed,verdict,"
    "unavailable",
    .budget_s = { 0.5, 2, 15 },
    .rounds_at_least = { 6, 12, 12 },
    .check = check,
    .plan = plan_make,
    .conclude = order_conclude,
};
