/* Simulated shares and speedups: intervals that come from other formulas than a
 * median's. */
#include "scaling.h"
#include "selftest.h"
#include "statistics.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

enum { ROUNDS = SELFTEST_ROUNDS };

static const char of_a_share[] = "A share's interval misses the truth",
                  of_a_law[] = "A law of scaling's interval misses the truth";

static bool holds(double low, double high, double truth)
{
    return low <= truth && truth <= high;
}

/* ---- Shares: how often something showed itself ---- */

static int ask_shares(gsl_rng *rng, selftest_tell *tell, void *arg)
{
    static const struct {
        double probability;
        unsigned n;
    } rows[] = { { 0.02, 100 }, { 0.5, 40 } };
    int rc = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct selftest_row row = { .tries = SELFTEST_TRIES };

        snprintf(row.what, sizeof(row.what), "%.0f %% of %u starts",
                 rows[i].probability * 100, rows[i].n);
        for (unsigned seed = 1; seed <= row.tries && rc == 0; seed++) {
            struct share share;

            gsl_rng_set(rng, seed);
            rc = statistics_share(
                gsl_ran_binomial(rng, rows[i].probability, rows[i].n),
                rows[i].n, 0.95, &share);
            row.wrong +=
                rc < 0 || !holds(share.low, share.high, rows[i].probability);
        }
        if (rc < 0)
            return rc;
        tell(arg, of_a_share, &row);
    }
    return 0;
}

/* ---- Laws of scaling ---- */

enum { MOST_WORKERS = 16 };

static const struct law {
    const char *name;
    enum scaling_law law;
    unsigned workers;
    double contention, coherence, noise;
} laws[] = {
    { "Amdahl, 4 CPUs", SCALING_AMDAHL, 4, 0.1, 0, 0.05 },
    { "Amdahl, 16 CPUs", SCALING_AMDAHL, 16, 0.02, 0, 0.01 },
    { "USL, 16 CPUs", SCALING_USL, 16, 0.03, 0.0005, 0.01 },
};

/* What one measurement makes of a time: never less, now and then much more. */
static double noisy(gsl_rng *rng, double noise)
{
    return exp(fabs(gsl_ran_gaussian(rng, noise)) +
               gsl_ran_gaussian(rng, noise / 2));
}

/* The speedups of a run over each round's own serial time. */
static void draw_law(const struct law *law, gsl_rng *rng, double *ret_workers,
                     double *ret_speedup)
{
    for (size_t r = 0; r < ROUNDS; r++) {
        double serial = noisy(rng, law->noise);

        for (unsigned i = 0; i < law->workers; i++) {
            double n = i + 1;
            double loss =
                law->contention * (n - 1) + law->coherence * n * (n - 1);

            ret_workers[i] = n;
            *ret_speedup++ = n / (1 + loss) * serial / noisy(rng, law->noise);
        }
    }
}

static int ask_law(const struct law *law, gsl_rng *rng, selftest_tell *tell,
                   void *arg)
{
    struct selftest_row contention = { .tries = SELFTEST_TRIES };
    struct selftest_row coherence = { .tries = SELFTEST_TRIES };
    double workers[MOST_WORKERS], speedup[ROUNDS * MOST_WORKERS];

    for (unsigned seed = 1; seed <= SELFTEST_TRIES; seed++) {
        struct scaling fit;

        gsl_rng_set(rng, seed);
        draw_law(law, rng, workers, speedup);
        int rc = scaling_fit(law->law, workers, law->workers, speedup, ROUNDS,
                             0.95, &fit);
        if (rc < 0)
            return rc;
        struct scaling_value waits = scaling_contention(&fit);
        struct scaling_value talks = scaling_coherence(&fit);
        contention.wrong += !holds(waits.low, waits.high, law->contention);
        coherence.wrong += !holds(talks.low, talks.high, law->coherence);
        scaling_free(&fit);
    }
    snprintf(contention.what, sizeof(contention.what), "%s: contention",
             law->name);
    snprintf(coherence.what, sizeof(coherence.what), "%s: coherence",
             law->name);
    tell(arg, of_a_law, &contention);
    if (law->law == SCALING_USL)
        tell(arg, of_a_law, &coherence);
    return 0;
}

int selftest_simulate_laws(gsl_rng *rng, selftest_tell *tell, void *arg)
{
    int rc = ask_shares(rng, tell, arg);

    for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]) && rc == 0; i++)
        rc = ask_law(&laws[i], rng, tell, arg);
    return rc;
}
