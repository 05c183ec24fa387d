/* speedup: how far do cores help? The plan: the same work, serially, and on n
 * workers as processes, as threads, and as n copies that share nothing, which
 * is as far as this machine goes. What follows is in speedup_conclude.c. */
#include "speedup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct speedup_kind speedup_kinds[] = {
    { "serial", "serial", "control", "one call; the baseline" },
    { "processes", "processes", "process", "fork; split work" },
    { "threads", "threads", "thread", "pthreads; split work" },
    { "copies", "independent copies", "control",
      "the ceiling: n times the whole work" },
    { "ranks", "MPI ranks", "rank",
      "messages only; split work; the sum is part of it" },
};
const size_t speedup_kinds_count =
    sizeof(speedup_kinds) / sizeof(speedup_kinds[0]);

const char speedup_placement[] = "spread";

enum { EVERY_COUNT_UP_TO = 16, COUNTS_MAX = 64, ROUNDS_WANTED = 12 };

/* 1 … usable CPUs, thinned geometrically past 16, and twice as many, which
 * costs as much as all others: whoever is in a hurry goes without, if there is
 * another count to compare with. Ranks on hosts of their own: 1 … slots. */
static size_t worker_counts(const struct context *context, const char *kind,
                            int counts[COUNTS_MAX])
{
    bool elsewhere = strcmp(kind, "ranks") == 0 && context->ranks.on_hosts;
    int usable = elsewhere ? context->ranks.most : context->machine.usable_cpus;
    int at = 1;
    bool quick = context->options.profile->level == PROFILE_QUICK || elsewhere;
    size_t n = 0;

    while (at < usable && n < COUNTS_MAX - 2) {
        counts[n++] = at;
        at = at < EVERY_COUNT_UP_TO ? at + 1 : at + at / 4;
    }
    counts[n++] = usable;
    if (!quick || (usable == 1 && !elsewhere))
        counts[n++] = 2 * usable;
    return n;
}

static bool asked(const struct context *context, const char *kind)
{
    return strcmp(kind, "serial") == 0 || strcmp(kind, "copies") == 0 ||
           context_asked(context->options.cases, kind);
}

/* How long one round takes, in serial times of the work; without its ranks,
 * whose launch takes most of their time, however short the work. */
static double round_cost(const struct context *context)
{
    int counts[COUNTS_MAX];
    int usable = context->machine.usable_cpus;
    double cost = 1;

    for (size_t k = 1; k < speedup_kinds_count; k++) {
        const char *kind = speedup_kinds[k].name;
        size_t n =
            asked(context, kind) ? worker_counts(context, kind, counts) : 0;

        for (size_t i = 0; i < n && strcmp(kind, "ranks") != 0; i++)
            cost += (strcmp(kind, "copies") == 0 ? (double)counts[i] : 1.0) /
                    (counts[i] < usable ? counts[i] : usable);
    }
    return cost;
}

/* The serial work's length that fills the budget: short enough for 12 rounds,
 * long enough that starting up does not count. */
static double target_ms(const struct context *context, size_t workloads)
{
    double budget_s = experiment_budget_s(&experiment_speedup, context);
    double target = budget_s * 1000 * 0.4 /
                    (ROUNDS_WANTED * round_cost(context) * (double)workloads);
    double most = 20.0 * context->options.profile->effort;

    return fmax(5, fmin(target, most));
}

/* What may be used of this machine's memory, or of each host's: a quarter of
 * what is free, or, there, of what it has. FACT_UNKNOWN. */
static double memory_most_mib(const struct context *context, bool elsewhere)
{
    double least = INFINITY;
    size_t i;
    json_t *host;

    if (!elsewhere)
        return context->machine.memory_available_mib == FACT_UNKNOWN
                   ? FACT_UNKNOWN
                   : (double)context->machine.memory_available_mib / 4;
    json_array_foreach (context->ranks.facts, i, host)
        least = fmin(least, report_get(host, "memory_mib"));
    return isinf(least) ? FACT_UNKNOWN : least / 4;
}

static void check_memory(const struct context *context, double needed_bytes,
                         bool elsewhere, struct bench_case *added)
{
    double needed_mib = needed_bytes / (1024 * 1024);
    double most_mib = memory_most_mib(context, elsewhere);

    if (needed_mib > 0 && most_mib == FACT_UNKNOWN)
        bench_case_give_up(added, "how much memory is free is not known");
    else if (needed_mib > most_mib && needed_mib > 0)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "needs %.0f MiB; a quarter of what is %s is %.0f MiB",
                 needed_mib, elsewhere ? "in a host" : "free", most_mib);
}

struct work {
    const char *name;
    unsigned long size;
    double copy_bytes;
};

int speedup_cpus(const struct machine *machine, struct bench_case *added)
{
    char list[8 * 1024] = "";
    size_t used = 0;

    for (int i = 0; i < machine->affinity_cpus && used + 16 < sizeof(list); i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%d",
                                 i == 0 ? "" : ",", machine->spread_cpu[i]);
    return bench_case_argument(added, "cpus=%s", list);
}

static int add_case(const struct context *context, struct plan *plan,
                    const struct speedup_kind *kind, const struct work *work,
                    int workers)
{
    struct bench_case *added = plan_add(plan);
    if (added == NULL)
        return -ENOMEM;

    snprintf(added->name, sizeof(added->name), "%s", kind->name);
    snprintf(added->label, sizeof(added->label), "%s", kind->label);
    snprintf(added->note, sizeof(added->note), "%s", kind->note);
    snprintf(added->family, sizeof(added->family), "%s", kind->family);
    snprintf(added->placement, sizeof(added->placement), "%s",
             speedup_placement);
    bench_case_parameter(added, 0, "workload", "%s", work->name);
    bench_case_parameter(added, 1, "workers", "%d", workers);
    bench_case_parameter(added, 2, "size", "%lu", work->size);
    if (strcmp(kind->name, "copies") == 0)
        check_memory(context, work->copy_bytes * workers, false, added);
    if (strcmp(kind->name, "ranks") == 0) {
        int beside = workers < context->ranks.most_on_host
                         ? workers
                         : context->ranks.most_on_host;

        check_memory(context, work->copy_bytes * beside,
                     context->ranks.on_hosts, added);
        ranks_check(context, added);
        return 0; /* its command is that of a launch: see add_launch() */
    }

    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(added,
                              "speedup workload=%s kind=%s workers=%d size=%lu",
                              work->name, kind->name, workers, work->size);
    if (rc == 0)
        rc = speedup_cpus(&context->machine, added);
    return rc;
}

static int add_workload(const struct context *context, struct plan *plan,
                        const struct work *work)
{
    int counts[COUNTS_MAX];
    int rc = add_case(context, plan, &speedup_kinds[0], work, 1);

    for (size_t k = 1; k < speedup_kinds_count; k++) {
        const char *kind = speedup_kinds[k].name;
        size_t n =
            asked(context, kind) ? worker_counts(context, kind, counts) : 0;

        for (size_t i = 0; i < n && rc == 0; i++)
            rc = add_case(context, plan, &speedup_kinds[k], work, counts[i]);
    }
    return rc;
}

/* All ranks' cases are turns of one launch, of as many ranks as the widest
 * wants. */
static int add_launch(const struct context *context, struct plan *plan)
{
    enum { TURN = 80 };
    char *turns = calloc(plan->count + 1, TURN);
    const char *between = "turns=";
    int most = 1, rc = 0;
    size_t used = 0;

    if (turns == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_case *one = &plan->cases[i];
        int workers = atoi(bench_case_value(one, "workers"));

        if (strcmp(one->name, "ranks") != 0 || one->unavailable[0] != '\0')
            continue;
        used += (size_t)snprintf(turns + used, TURN, "%s%s:%s:%d", between,
                                 bench_case_value(one, "workload"),
                                 bench_case_value(one, "size"), workers);
        between = ",";
        most = workers > most ? workers : most;
    }
    struct bench_case *leader =
        ranks_lead(context, plan, "ranks", NULL, "speedup", most,
                   context->ranks.hosts, &rc);
    if (leader != NULL && rc == 0)
        rc = bench_case_argument(leader, "%s", turns);
    if (leader != NULL && rc == 0)
        rc = bench_case_words(leader, "reduce=%d", context->ranks.most);
    if (leader != NULL && rc == 0)
        rc = context->ranks.on_hosts ? bench_case_words(leader, "cpus=own")
                                     : speedup_cpus(&context->machine, leader);
    free(turns);
    return rc;
}

/* All worker counts of one workload are compared together. */
static unsigned count_compared(const struct plan *plan)
{
    unsigned count = 0;

    for (size_t i = 0; i < plan->count; i++)
        count += speedup_is_compared(&plan->cases[i]) &&
                 strcmp(bench_case_value(&plan->cases[i], "workload"),
                        bench_case_value(&plan->cases[0], "workload")) == 0;
    return count;
}

static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    (void)context;
    (void)failure;
    snprintf(ret_placements, EXPERIMENT_NAMES, "%s", speedup_placement);
    ret_cases[0] = '\0';
    for (size_t k = 0; k < speedup_kinds_count; k++)
        experiment_add_name(ret_cases, speedup_kinds[k].name);
    return 0;
}

/* Waiting needs no CPU: how far cores help is not asked of it. */
static bool computes(const struct rows_table *workloads, size_t row)
{
    const char *bound = rows_cell(workloads, row, "bound");

    return bound == NULL || strcmp(bound, "waiting") != 0;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    struct rows rows;
    int rc = experiment_list(context, "workloads", &rows, failure);
    if (rc < 0)
        return rc;

    const struct rows_table *workloads = &rows.table[0];
    size_t computing = 0;

    for (size_t i = 0; i < workloads->rows; i++)
        computing += computes(workloads, i);
    double target = target_ms(context, computing);
    for (size_t i = 0; i < workloads->rows && rc == 0; i++) {
        struct work work = {
            .name = rows_cell(workloads, i, "workload"),
            .copy_bytes = rows_number(workloads, i, "memory_bytes"),
        };

        if (!computes(workloads, i))
            continue;
        if (work.name == NULL || isnan(work.copy_bytes))
            rc = -EPROTO;
        else
            rc = speedup_calibrate(context, work.name, target, &work.size,
                                   failure);
        if (rc == 0)
            rc = add_workload(context, ret, &work);
    }
    rows_free(&rows);
    if (rc == 0)
        rc = add_launch(context, ret);
    ret->rounds_at_least = statistics_pairs_at_least(count_compared(ret));
    return rc < 0 ? failure_note(failure, rc, "cannot plan speedup") : 0;
}

const struct experiment experiment_speedup = {
    .name = "speedup",
    .question = "how far do cores help?",
    .summary_columns =
        "case,label,note,family,placement,workload,workers,size,zone,n,blocks,"
        "median_s,ci_low_s,ci_high_s,total_s,serial_s,speedup,speedup_low,"
        "speedup_high,efficiency,efficiency_low,efficiency_high,of_ceiling,"
        "of_ceiling_low,of_ceiling_high,karp_flatt,karp_flatt_low,"
        "karp_flatt_high,failed,verdict,unavailable",
    .budget_s = { 1.6, 9, 120 },
    .rounds_at_least = { 8, 10, 12 },
    .by_ranks = true,
    .check = check,
    .plan = plan_make,
    .conclude = speedup_conclude,
};
