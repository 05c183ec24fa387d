/* Runs that never took place, with a truth that is known; and recorded ones,
 * drawn from again. The seeds are fixed: simulated numbers are the same
 * each time. */
#include "experiments/experiment.h"
#include "selftest.h"
#include "selftest_noise.h"
#include "statistics.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = SELFTEST_ROUNDS };

static const char twice[] = "The same thing, measured twice, is told apart",
                  of_a_ratio[] = "A ratio's interval misses the truth",
                  of_a_median[] = "A median's interval misses the truth",
                  again[] = "Drawn again from the blocks of these runs";

static bool holds(double low, double high, double truth)
{
    return low <= truth && truth <= high;
}

/* Compares as every experiment does. 0 or -errno. */
static int compare(double *top, double *base, const char **ret_verdict,
                   struct paired *ret)
{
    const struct series tops = { .by_round = top, .rounds = ROUNDS };
    const struct series bases = { .by_round = base, .rounds = ROUNDS };
    const struct comparison comparison = {
        .experiment = "selftest",
        .name = "top",
        .base = "base",
        .placement = "simulated",
        .level = 0.95,
        .comparisons = 1,
        .more = "costs more",
        .less = "costs less",
    };
    struct report report;
    int rc = report_begin(&report);

    *ret = experiment_no_pair;
    if (rc == 0)
        rc = experiment_compare(&report, &comparison, &tops, &bases, ret);
    report_end(&report);
    *ret_verdict = rc == 0 ? experiment_verdict(&comparison, ret) : "";
    return rc;
}

/* Whether a comparison of top with base is wrong: base times `times` is the
 * truth. 0 or -errno. */
static int judge_compared(double *top, double *base, double times,
                          bool *ret_wrong)
{
    const char *verdict;
    struct paired paired;
    int rc = compare(top, base, &verdict, &paired);

    *ret_wrong =
        rc < 0 || !holds(paired.interval.low, paired.interval.high, times) ||
        (!(times > 1) && strcmp(verdict, "no difference detected") != 0);
    return rc;
}

static int judge_median(const double *blocks, double truth, bool *ret_wrong)
{
    struct interval interval;
    int rc = statistics_median_interval(blocks, ROUNDS, 0.95, &interval);

    *ret_wrong = rc < 0 || !holds(interval.low, interval.high, truth);
    return rc;
}

/* ---- Simulated machines ---- */

static const struct question {
    const char *topic;
    unsigned seed;
    double times; /* what one case takes of the other; 0: about a median */
} questions[] = { { twice, 1000, 1 },
                  { of_a_ratio, 2000, 1.1 },
                  { of_a_median, 3000, 0 } };
enum { QUESTIONS = sizeof(questions) / sizeof(questions[0]) };

static int ask(const struct question *question,
               const struct selftest_noise *noise, gsl_rng *rng,
               selftest_tell *tell, void *arg)
{
    struct selftest_row row = { .tries = SELFTEST_TRIES };
    bool compared = question->times > 0;
    int rc = 0;

    if (!compared && !selftest_noise_has_median(noise))
        return 0;
    gsl_rng_set(rng, question->seed);
    double median = compared ? NAN : selftest_noise_median(noise, rng);
    snprintf(row.what, sizeof(row.what), "%s", noise->name);
    for (unsigned draw = 1; draw <= row.tries && rc == 0; draw++) {
        double base[ROUNDS], top[ROUNDS];
        bool wrong;

        gsl_rng_set(rng, question->seed + draw);
        selftest_noise_pairs(noise, rng, ROUNDS, base, top);
        for (size_t i = 0; i < ROUNDS; i++)
            top[i] *= question->times;
        rc = compared ? judge_compared(top, base, question->times, &wrong)
                      : judge_median(base, median, &wrong);
        row.wrong += wrong;
    }
    if (rc == 0)
        tell(arg, question->topic, &row);
    return rc;
}

int selftest_simulate(selftest_tell *tell, void *arg)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int rc = rng != NULL ? 0 : -ENOMEM;

    for (size_t q = 0; q < QUESTIONS; q++)
        for (size_t i = 0; i < selftest_noises_count && rc == 0; i++)
            rc = ask(&questions[q], &selftest_noises[i], rng, tell, arg);
    if (rc == 0)
        rc = selftest_simulate_laws(rng, tell, arg);
    if (rng != NULL)
        gsl_rng_free(rng);
    return rc;
}

/* ---- Recorded blocks ---- */

/* A stretch of the record as it was, drift and all: of each round's two blocks
 * a coin says which is whose. */
static int draw_stretch(const double *blocks, size_t rounds, gsl_rng *rng,
                        bool *ret_wrong)
{
    size_t from = gsl_rng_uniform_int(rng, rounds - ROUNDS + 1);
    double base[ROUNDS], top[ROUNDS];

    for (size_t i = 0; i < ROUNDS; i++) {
        const double *two = &blocks[2 * (from + i)];
        size_t coin = gsl_rng_uniform_int(rng, 2);

        base[i] = two[coin];
        top[i] = two[1 - coin];
    }
    return judge_compared(top, base, 1, ret_wrong);
}

/* Blocks drawn from the whole record, which has a median. */
static int draw_blocks(const double *blocks, size_t count, gsl_rng *rng,
                       double median, bool *ret_wrong)
{
    double drawn[ROUNDS];

    for (size_t i = 0; i < ROUNDS; i++)
        drawn[i] = blocks[gsl_rng_uniform_int(rng, count)];
    return judge_median(drawn, median, ret_wrong);
}

int selftest_resample(const struct selftest_pair *pair, selftest_tell *tell,
                      void *arg)
{
    struct selftest_row apart = { .tries = SELFTEST_TRIES }, missed = apart;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double median = statistics_median(pair->blocks, pair->count);
    int rc = rng != NULL ? 0 : -ENOMEM;

    snprintf(apart.what, sizeof(apart.what), "%.20s, twice: told apart",
             pair->row.what);
    snprintf(missed.what, sizeof(missed.what),
             "%.20s: the median's interval misses it", pair->row.what);
    for (unsigned seed = 1; seed <= SELFTEST_TRIES && rc == 0; seed++) {
        bool wrong;

        gsl_rng_set(rng, seed);
        rc = draw_stretch(pair->blocks, pair->count / 2, rng, &wrong);
        apart.wrong += wrong;
        if (rc == 0)
            rc = draw_blocks(pair->blocks, pair->count, rng, median, &wrong);
        missed.wrong += wrong;
    }
    if (rng != NULL)
        gsl_rng_free(rng);
    if (rc < 0)
        return rc;
    tell(arg, again, &apart);
    tell(arg, again, &missed);
    return 0;
}
