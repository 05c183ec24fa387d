/* speedup, past these machines. All that is here is computed: it is marked as
 * "model" wherever it stands, and no claim looks at it. */
#include "speedup_model.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOUBLINGS = 14 }; /* up to 16,384 ranks */

static const char columns[] =
    "workload,kind,model,ranks,time_s,speedup,low,high,work_s,message_s,"
    "launch_s";

static const struct variant {
    const char *name, *words;
    bool launches;
    double work_s; /* instead of what was measured; 0: that */
} variants[] = {
    { "count", "the count alone", false, 0 },
    { "launched", "with its launch", true, 0 },
    { "hour", "an hour of it, with its launch", true, 3600 },
};
enum { VARIANTS = sizeof(variants) / sizeof(variants[0]) };

unsigned rank_model_levels(unsigned ranks)
{
    unsigned levels = 0;

    while (levels < 31 && (1U << levels) < ranks)
        levels++;
    return levels;
}

double rank_model_s(const struct rank_costs *costs, unsigned ranks)
{
    return costs->launch_s + costs->work_s / ranks +
           rank_model_levels(ranks) * costs->message_s;
}

/* What each round says. */
struct rounds {
    struct rank_costs *all; /* NAN: not in this round */
    size_t count;
};

/* A fact that a block reports about itself; NAN. */
static double fact(const struct block *block, const char *column)
{
    return block->rows.tables > 1
               ? rows_number(&block->rows.table[1], 0, column)
               : NAN;
}

static int read_rounds(const struct samples *samples, const struct plan *plan,
                       const struct speedup_result *one, struct rounds *ret)
{
    const struct rank_costs unknown = { NAN, NAN, NAN };

    *ret = (struct rounds){ .count = one->elapsed.rounds };
    ret->all = malloc((ret->count + 1) * sizeof(ret->all[0]));
    if (ret->all == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < ret->count; i++)
        ret->all[i] = unknown;
    for (size_t i = 0; i < samples->count; i++) {
        const struct block *block = &samples->blocks[i];
        double reduced = fact(block, "reduced");

        if (&plan->cases[block->case_index] != one->bench_case ||
            block->excluded != NULL || !(reduced > 1) ||
            block->round >= ret->count)
            continue;
        ret->all[block->round] = (struct rank_costs){
            .work_s = one->elapsed.by_round[block->round],
            .message_s = fact(block, "reduce_ns") * 1e-9 /
                         rank_model_levels((unsigned)reduced),
            .launch_s = fact(block, "launch_ns") * 1e-9,
        };
    }
    return 0;
}

/* The median of what `value` makes of each round, with its interval. */
struct answer {
    double value, low, high, level;
};

struct question {
    const struct variant *variant;
    unsigned ranks;
};

/* The costs of one round as a variant takes them. */
static struct rank_costs costs_of(const struct rank_costs *round,
                                  const struct variant *variant)
{
    return (struct rank_costs){
        .work_s = variant->work_s > 0 ? variant->work_s : round->work_s,
        .message_s = round->message_s,
        .launch_s = variant->launches ? round->launch_s : 0,
    };
}

static int answer_find(const struct rounds *rounds,
                       const struct question *question,
                       struct answer *ret_speedup, double *ret_time_s)
{
    struct interval interval = { .low = NAN, .high = NAN, .level = NAN };
    double *speedups = malloc(2 * (rounds->count + 1) * sizeof(double));
    double *times = speedups + rounds->count;
    if (speedups == NULL)
        return -ENOMEM;

    for (size_t i = 0; i < rounds->count; i++) {
        struct rank_costs costs = costs_of(&rounds->all[i], question->variant);

        times[i] = rank_model_s(&costs, question->ranks);
        speedups[i] = costs.work_s / times[i];
    }
    (void)statistics_median_interval(speedups, rounds->count, 0.95, &interval);
    *ret_speedup = (struct answer){
        .value = statistics_median(speedups, rounds->count),
        .low = interval.low,
        .high = interval.high,
        .level = interval.level,
    };
    *ret_time_s = statistics_median(times, rounds->count);
    free(speedups);
    return 0;
}

/* The medians of the costs themselves, for the words. */
static int costs_median(const struct rounds *rounds, struct rank_costs *ret)
{
    double *values = malloc((rounds->count + 1) * sizeof(double));
    double *const into[] = { &ret->work_s, &ret->message_s, &ret->launch_s };

    if (values == NULL)
        return -ENOMEM;
    for (size_t which = 0; which < 3; which++) {
        for (size_t i = 0; i < rounds->count; i++) {
            const struct rank_costs *at = &rounds->all[i];

            values[i] = which == 0   ? at->work_s
                        : which == 1 ? at->message_s
                                     : at->launch_s;
        }
        *into[which] = statistics_median(values, rounds->count);
    }
    free(values);
    return 0;
}

static int add_point(const char *workload, const struct question *question,
                     const struct rounds *rounds,
                     const struct rank_costs *costs, struct report *report)
{
    const struct variant *variant = question->variant;
    double work_s = variant->work_s > 0 ? variant->work_s : costs->work_s;
    struct answer speedup;
    double time_s;

    int rc = answer_find(rounds, question, &speedup, &time_s);
    if (rc < 0)
        return rc;
    rc = report_add(
        report_table(report, "speedup-ranks", columns),
        json_pack("{s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                  "workload", workload, "kind", "model", "model", variant->name,
                  "ranks", (int)question->ranks, "time_s",
                  report_number(time_s), "speedup",
                  report_number(speedup.value), "low",
                  report_number(speedup.low), "high",
                  report_number(speedup.high), "work_s", report_number(work_s),
                  "message_s", report_number(costs->message_s), "launch_s",
                  report_number(variant->launches ? costs->launch_s : 0)));
    if (rc < 0 || (question->ranks != 64 && question->ranks != 1024 &&
                   question->ranks != 16384))
        return rc;
    return report_add(
        report->fits,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, "
                  "s:s}",
                  "experiment", "speedup", "case", "ranks", "workload",
                  workload, "kind", "model", "model", variant->name,
                  "parameter", "speedup", "ranks", (int)question->ranks,
                  "value", report_number(speedup.value), "low",
                  report_number(speedup.low), "high",
                  report_number(speedup.high), "ci_level",
                  report_number(speedup.level), "ci_method",
                  "median of the model of each round; rank interval"));
}

/* One CPU, one rank: nothing to take a message's cost from. And a launcher on
 * another host than rank 0 reads another clock: no launch. */
static bool is_known(const struct variant *variant,
                     const struct rank_costs *costs)
{
    return !isnan(costs->work_s + costs->message_s) &&
           (!variant->launches || !isnan(costs->launch_s));
}

/* "812", "5.4", "0.031": three digits where a model has no more to say. */
static const char *times(double speedup, char text[16])
{
    snprintf(text, 16, speedup >= 99.5 ? "%.0f" : "%.3g", speedup);
    return text;
}

static double value_at(const struct report *report, const char *model,
                       double ranks)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->fits, i, object) {
        if (strcmp(report_text(object, "kind"), "model") == 0 &&
            strcmp(report_text(object, "model"), model) == 0 &&
            report_get(object, "ranks") == ranks)
            return report_get(object, "value");
    }
    return NAN;
}

static int add_words(const struct context *context, const char *workload,
                     const struct rank_costs *costs, struct report *report)
{
    char title[200], caption[800], work[32], message[32], launched[32];
    char a[16], b[16], c[16];

    snprintf(title, sizeof(title),
             "A model: 1024 ranks do the %s %s times as fast as one", workload,
             times(value_at(report, "count", 1024), a));
    if (!isnan(costs->launch_s)) {
        size_t used = strlen(title);

        snprintf(title + used, sizeof(title) - used,
                 "; launch included, %s times; an hour's work, %s times",
                 times(value_at(report, "launched", 1024), b),
                 times(value_at(report, "hour", 1024), c));
    }
    experiment_time(costs->work_s * 1e6, work, sizeof(work));
    experiment_time(costs->message_s * 1e6, message, sizeof(message));
    if (isnan(costs->launch_s))
        snprintf(launched, sizeof(launched), "not measured");
    else
        experiment_time(costs->launch_s * 1e6, launched, sizeof(launched));
    snprintf(caption, sizeof(caption),
             "Dotted: computed, not measured. T(p) = launch + W/p + "
             "ceil(log2 p) L, speedup = W/T(p), from three costs measured "
             "here: one rank's work W = %s, a level of a reduction L = %s, "
             "launch = %s for %s ranks, as if all hosts began "
             "together; a real launch takes longer, and a network is not in "
             "L unless ranks ran across one. Tree: Thakur, Rabenseifner and "
             "Gropp (2005). Diamonds: measured, with 95 %% interval.",
             work, message, launched,
             context->ranks.on_hosts ? "these hosts'" : "this machine's");
    int rc = report_chart(report, "speedup-model", title, caption);
    if (rc == 0)
        rc = report_line(report,
                         "model: %s, times as fast\t64 ranks\t"
                         "1024 ranks\t16384 ranks",
                         workload);
    for (size_t v = 0; v < VARIANTS && rc == 0; v++)
        if (is_known(&variants[v], costs))
            rc = report_line(
                report, "  %s\t%s\t%s\t%s", variants[v].words,
                times(value_at(report, variants[v].name, 64), a),
                times(value_at(report, variants[v].name, 1024), b),
                times(value_at(report, variants[v].name, 16384), c));
    return rc;
}

/* The first workload alone: it is the count. */
int speedup_model(const struct context *context, const struct samples *samples,
                  const struct plan *plan,
                  const struct speedup_results *results, struct report *report)
{
    const struct speedup_result *one =
        results->count > 0
            ? speedup_find(results, "ranks", results->all[0].workload, 1)
            : NULL;
    struct rank_costs costs = { .work_s = NAN };
    struct rounds rounds;

    if (one == NULL || one->elapsed.n == 0)
        return 0;
    int rc = read_rounds(samples, plan, one, &rounds);
    if (rc == 0)
        rc = costs_median(&rounds, &costs);
    for (size_t v = 0; v < VARIANTS; v++)
        for (unsigned k = 0;
             k <= DOUBLINGS && rc == 0 && is_known(&variants[v], &costs); k++) {
            const struct question question = { &variants[v], 1U << k };

            rc = add_point(one->workload, &question, &rounds, &costs, report);
        }
    if (rc == 0 && is_known(&variants[0], &costs))
        rc = add_words(context, one->workload, &costs, report);
    free(rounds.all);
    return rc;
}
