/* The table of experiments, and what they share. */
#include "experiment.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const struct experiment *const experiments[] = {
    &experiment_creation,
    &experiment_speedup,
    &experiment_memory,
    &experiment_population,
    &experiment_switching,
    &experiment_exchange,
    &experiment_gil,
    &experiment_granularity,
    &experiment_ladder,
    &experiment_order,
    &experiment_instruments,
    &experiment_demos,
    NULL,
};

/* Whether at least one name of the list is among the known ones. */
static bool some_known(const char *list, const char *known)
{
    while (*known != '\0') {
        char name[EXPERIMENT_NAMES];
        size_t length = strcspn(known, ",");

        snprintf(name, sizeof(name), "%.*s", (int)length, known);
        if (context_asked(list, name))
            return true;
        known += length + (known[length] == ',');
    }
    return false;
}

/* The names that experiments[i] knows are known[i]; what: case, placement. */
static int check_list(const char *what, const char *list,
                      const struct experiment *const *chosen,
                      char known[][EXPERIMENT_NAMES], struct failure *failure)
{
    const char *rest = list;

    if (chosen[0] == NULL)
        return 0;
    for (size_t i = 0; list != NULL && chosen[i] != NULL; i++)
        if (!some_known(list, known[i]))
            return failure_note(failure, -EINVAL,
                                "%s knows no %s '%s'; it knows %s",
                                chosen[i]->name, what, list, known[i]);
    while (rest != NULL && *rest != '\0') {
        char name[EXPERIMENT_NAMES];
        bool found = false;

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(rest, ","), rest);
        for (size_t i = 0; chosen[i] != NULL && !found; i++)
            found = context_asked(known[i], name);
        if (!found)
            return failure_note(failure, -EINVAL,
                                "there is no %s '%s'; %s knows %s", what, name,
                                chosen[0]->name, known[0]);
        rest += strcspn(rest, ",");
        rest += *rest == ',';
    }
    return 0;
}

int experiments_check(const struct context *context,
                      const struct experiment *const *chosen,
                      struct failure *failure)
{
    enum { MOST = 16 };
    char cases[MOST][EXPERIMENT_NAMES], placements[MOST][EXPERIMENT_NAMES];

    for (size_t i = 0; chosen[i] != NULL; i++) {
        int rc = i < MOST ? chosen[i]->check(context, cases[i], placements[i],
                                             failure)
                          : -E2BIG;
        if (rc < 0)
            return failure_note(failure, rc, "cannot plan %s", chosen[i]->name);
    }
    int rc = check_list("case", context->options.cases, chosen, cases, failure);
    if (rc == 0)
        rc = check_list("placement", context->options.placement, chosen,
                        placements, failure);
    return rc;
}

double experiment_budget_s(const struct experiment *experiment,
                           const struct context *context)
{
    return context->options.time_budget_s > 0
               ? context->options.time_budget_s
               : experiment->budget_s[context->options.profile->level];
}

void experiment_add_name(char *names, const char *name)
{
    size_t used = strlen(names);

    if (!context_asked(names, name))
        snprintf(names + used, EXPERIMENT_NAMES - used, "%s%s",
                 used > 0 ? "," : "", name);
}

int experiment_names(const struct context *context,
                     int (*plan)(const struct context *context,
                                 struct plan *ret, struct failure *failure),
                     char *ret_cases, char *ret_placements,
                     struct failure *failure)
{
    struct context everything = *context;
    struct plan all = { .cases = NULL };

    everything.options.cases = NULL;
    everything.options.placement = NULL;
    int rc = plan(&everything, &all, failure);
    ret_cases[0] = '\0';
    ret_placements[0] = '\0';
    for (size_t i = 0; i < all.count && rc == 0; i++) {
        experiment_add_name(ret_cases, all.cases[i].name);
        experiment_add_name(ret_placements, all.cases[i].placement);
    }
    plan_free(&all);
    return rc;
}

void experiment_place(const struct machine *machine, struct bench_case *added,
                      int *ret_cpu, int *ret_child_cpu)
{
    *ret_cpu = -1;
    *ret_child_cpu = -1;
    if (strcmp(added->placement, "free") == 0)
        return;
    *ret_cpu = machine->first_cpu;
    if (strcmp(added->placement, "same-cpu") == 0)
        return;
    *ret_child_cpu = machine->other_cpu;
    if (machine->other_cpu < 0)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "only one core is usable");
}

int experiment_list(const struct context *context, const char *what,
                    struct rows *ret, struct failure *failure)
{
    enum { LIMIT_S = 20 };
    char path[PATH_MAX + 8], list[] = "list", word[32];
    char *const argv[] = { path, list, word, NULL };
    struct command command;

    snprintf(path, sizeof(path), "%s/probe", context->programs);
    snprintf(word, sizeof(word), "%s", what);
    int rc = command_run(argv, LIMIT_S, context->stop, &command, failure);
    if (rc < 0)
        return rc;
    return rows_parse(command.out, ret, failure);
}

const struct paired experiment_no_pair = {
    .ratio = NAN, .interval = { .low = NAN, .high = NAN }
};

const char *experiment_verdict(const struct comparison *comparison,
                               const struct paired *paired)
{
    if (isnan(paired->ratio))
        return "not measured";
    if (!(paired->interval.low > 1) && !(paired->interval.high < 1))
        return "no difference detected";
    /* The widest interval that so few pairs give is not wide enough. */
    if (paired->interval.level < comparison->level)
        return "too few rounds";
    return paired->interval.low > 1 ? comparison->more : comparison->less;
}

int experiment_compare(struct report *report,
                       const struct comparison *comparison,
                       const struct series *top, const struct series *base,
                       struct paired *ret)
{
    struct paired paired = experiment_no_pair;
    size_t rounds = top->rounds < base->rounds ? top->rounds : base->rounds;

    int rc = statistics_ratio(top->by_round, base->by_round, rounds,
                              comparison->level, &paired);
    if (rc < 0 && rc != -EINVAL)
        return rc;
    if (ret != NULL)
        *ret = paired;
    return report_add(
        report->comparisons,
        json_pack("{s:s, s:s, s:s, s:s, s:o*, s:o, s:o, s:o, s:f, s:o, s:s, "
                  "s:i, s:i, s:s}",
                  "experiment", comparison->experiment, "case",
                  comparison->name, "base", comparison->base, "placement",
                  comparison->placement, "parameters", comparison->parameters,
                  "ratio", report_number(paired.ratio), "ratio_low",
                  report_number(paired.interval.low), "ratio_high",
                  report_number(paired.interval.high), "ci_level",
                  comparison->level, "ci_level_reached",
                  report_number(paired.interval.level), "ci_method",
                  "median of paired block ratios; ranks of the sign test",
                  "comparisons", (int)comparison->comparisons, "pairs",
                  (int)paired.n, "verdict",
                  experiment_verdict(comparison, &paired)));
}

const char *experiment_time(double us, char *text, size_t size)
{
    static const struct {
        double below_us, per_us;
        const char *unit;
    } units[] = { { 1, 1000, "ns" },
                  { 1e3, 1, "µs" },
                  { 1e6, 1e-3, "ms" },
                  { INFINITY, 1e-6, "s" } };
    unsigned i = 0;

    if (isnan(us)) {
        snprintf(text, size, "not measured");
        return text;
    }
    while (us >= units[i].below_us && isfinite(units[i].below_us))
        i++;
    double value = us * units[i].per_us;
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    snprintf(text, size, "%.*f %s", digits, value, units[i].unit);
    return text;
}
