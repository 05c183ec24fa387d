/* Real runs, with the creation experiment's own blocks. Notice that the one to
 * be compared with waits as well, after its samples: all that differs between
 * two cases is what their samples hold. */
#include "experiments/creation.h"
#include "selftest.h"
#include "statistics.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_LIMIT_S = 120, ROUNDS = SELFTEST_ROUNDS };

static const struct pair {
    const char *what;
    const char *mechanism, *base;
    const char *delay; /* further words; "": the same thing twice */
    const char *unit;  /* "": truth is a ratio */
} pairs[] = {
    { "pthread", "pthread-again", "pthread", "", "" },
    { "fork", "fork", "fork", "", "" },
    { "pthread + 5 µs", "pthread", "pthread", "added_ns=5000", "µs" },
    { "pthread + 10 %", "pthread", "pthread", "added_percent=10", "" },
    { "fork + 5 µs", "fork", "fork", "added_ns=5000", "µs" },
    { "fork + 10 %", "fork", "fork", "added_percent=10", "" },
};
enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

static bool is_delay(const struct pair *pair)
{
    return pair->delay[0] != '\0';
}

/* ---- The plan: case 2i is the top of pair i, 2i + 1 its base ---- */

static int add_case(const struct context *context, struct plan *plan,
                    const struct pair *pair, bool top, const char *placement)
{
    struct bench_case *added = plan_add(plan);
    int cpu, child_cpu;

    if (added == NULL)
        return -ENOMEM;
    snprintf(added->name, sizeof(added->name), "%s%s", pair->what,
             top ? "" : " (base)");
    snprintf(added->placement, sizeof(added->placement), "%s", placement);
    experiment_place(&context->machine, added, &cpu, &child_cpu);
    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = creation_words(context, added, top ? pair->mechanism : pair->base,
                            CREATION_SAMPLES, false, cpu, child_cpu);
    if (rc == 0 && is_delay(pair))
        rc = bench_case_words(added, "%s added_within=%d", pair->delay, top);
    return rc;
}

static int plan_make(const struct context *context, const char *placement,
                     struct plan *ret)
{
    int rc = 0;

    for (size_t i = 0; i < PAIRS && rc == 0; i++) {
        rc = add_case(context, ret, &pairs[i], true, placement);
        if (rc == 0)
            rc = add_case(context, ret, &pairs[i], false, placement);
    }
    return rc;
}

/* ---- One run, concluded ---- */

/* The truth about a delay, from what the busy waits say of themselves: µs, or
 * how many times the sample without it is the sample with it. */
static double truth_of(const struct pair *pair, const struct series *reaped,
                       struct series *added)
{
    if (pair->unit[0] == '\0')
        for (size_t i = 0; i < added->n; i++)
            added->samples[i] =
                reaped->samples[i] / (reaped->samples[i] - added->samples[i]);
    return statistics_median(added->samples, added->n);
}

/* The difference round by round, and its interval by the sign test. */
static int difference(const struct series *top, const struct series *base,
                      double *ret_found, struct interval *ret)
{
    double found[ROUNDS];

    for (size_t i = 0; i < ROUNDS; i++)
        found[i] = top->by_round[i] - base->by_round[i];
    *ret_found = statistics_median(found, ROUNDS);
    return statistics_median_interval(found, ROUNDS, 0.95, ret);
}

static int compare(const struct pair *pair, const struct series *top,
                   const struct series *base, double *ret_found,
                   struct interval *ret)
{
    struct paired paired;

    if (pair->unit[0] != '\0')
        return difference(top, base, ret_found, ret);
    int rc =
        statistics_ratio(top->by_round, base->by_round, ROUNDS, 0.95, &paired);
    *ret_found = paired.ratio;
    *ret = paired.interval;
    return rc;
}

static int conclude(const struct pair *pair, const struct series *top,
                    const struct series *base, struct series *added,
                    struct selftest_pair *ret)
{
    struct selftest_row *row = &ret->row;
    double none = pair->unit[0] != '\0' ? 0 : 1;
    double truth = is_delay(pair) ? truth_of(pair, top, added) : none;
    struct interval interval;
    double found;

    int rc = compare(pair, top, base, &found, &interval);
    if (rc < 0)
        return rc;
    row->truth[row->tries] = truth;
    row->found[row->tries++] = found;
    row->wrong += !(interval.low <= truth && truth <= interval.high);
    row->seen += interval.low > none;
    row->backwards += interval.high < none;
    for (size_t i = 0; i < ROUNDS; i++) {
        ret->blocks[ret->count++] = top->by_round[i];
        ret->blocks[ret->count++] = base->by_round[i];
    }
    return 0;
}

static int conclude_pair(const struct samples *samples, size_t i,
                         struct selftest_pair *ret)
{
    struct series top = { .rounds = 0 }, base = top, added = top;
    int rc =
        series_read(samples, 2 * i, "reaped_ns", 1e-3, statistics_median, &top);

    if (rc == 0)
        rc = series_read(samples, 2 * i + 1, "reaped_ns", 1e-3,
                         statistics_median, &base);
    if (rc == 0)
        rc = series_read(samples, 2 * i, "added_ns", 1e-3, statistics_median,
                         &added);
    if (rc == 0 && is_delay(&pairs[i]) && added.n != top.n)
        rc = -EPROTO;
    if (rc == 0)
        rc = conclude(&pairs[i], &top, &base, &added, ret);
    series_free(&top);
    series_free(&base);
    series_free(&added);
    return rc;
}

/* ---- All runs ---- */

static int check_cases(const struct plan *plan, struct failure *failure)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->cases[i].unavailable[0] != '\0')
            return failure_note(failure, -EPROTO, "%s was given up: %s",
                                plan->cases[i].name,
                                plan->cases[i].unavailable);
    return 0;
}

static int run_once(const struct sampler *sampler, struct plan *plan,
                    struct selftest_real *ret, struct failure *failure)
{
    struct samples samples = { .blocks = NULL };
    int rc = sampler_run(sampler, plan, &samples);

    if (rc == 0 && samples.interrupted != 0)
        rc = -EINTR;
    if (rc == 0)
        rc = check_cases(plan, failure);
    for (size_t i = 0; i < PAIRS && rc == 0; i++)
        rc = conclude_pair(&samples, i, &ret->pairs[i]);
    if (rc == -EINVAL)
        rc = failure_note(failure, -EPROTO, "no child could be created");
    if (rc < 0 && rc != -EINTR)
        rc = failure_note(failure, rc, "cannot conclude from the blocks");
    ret->seconds += samples.seconds;
    samples_free(&samples);
    return rc;
}

static int prepare(unsigned runs, struct selftest_real *ret)
{
    const size_t blocks = (size_t)2 * ROUNDS * runs; /* of each pair */

    *ret = (struct selftest_real){
        .pairs = calloc(PAIRS, sizeof(ret->pairs[0])),
        .blocks = calloc(PAIRS * blocks, sizeof(double)),
    };
    if (ret->pairs == NULL || ret->blocks == NULL)
        return -ENOMEM;
    ret->count = PAIRS;
    for (size_t i = 0; i < PAIRS; i++) {
        struct selftest_pair *pair = &ret->pairs[i];

        snprintf(pair->row.what, sizeof(pair->row.what), "%s", pairs[i].what);
        pair->is_delay = is_delay(&pairs[i]);
        pair->unit = pairs[i].unit;
        pair->blocks = &ret->blocks[i * blocks];
    }
    return 0;
}

static double left_s(const struct selftest_real *real, unsigned runs,
                     double budget_s)
{
    double run_s = real->runs > 0 ? real->seconds / real->runs : 0;

    return fmin(budget_s - real->seconds, run_s * (runs - real->runs));
}

int selftest_measure(const struct context *context, const char *placement,
                     unsigned runs, double budget_s, struct screen *screen,
                     struct selftest_real *ret, struct failure *failure)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    const struct sampler sampler = {
        .rounds_at_least = ROUNDS,
        .block_limit_s = BLOCK_LIMIT_S,
        .rng = rng,
        .stop = context->stop,
    };
    struct plan plan = { .cases = NULL };
    int rc = prepare(runs, ret);

    if (rc == 0 && rng == NULL)
        rc = -ENOMEM;
    if (rc == 0)
        rc = plan_make(context, placement, &plan);
    if (rc < 0)
        rc = failure_note(failure, rc, "cannot plan the runs");
    else
        gsl_rng_set(rng, context->options.seed);
    while (rc == 0 && ret->runs < runs &&
           (ret->runs == 0 || ret->seconds < budget_s)) {
        screen_progress(screen, ret->runs * ROUNDS, ret->seconds,
                        left_s(ret, runs, budget_s));
        rc = run_once(&sampler, &plan, ret, failure);
        ret->runs += rc == 0;
    }
    plan_free(&plan);
    if (rng != NULL)
        gsl_rng_free(rng);
    return rc;
}

void selftest_real_free(struct selftest_real *real)
{
    free(real->pairs);
    free(real->blocks);
    *real = (struct selftest_real){ .pairs = NULL };
}
