/* The machines are made after runs of creation on virtual machines: on one CPU
 * nine blocks in ten lie within 2 %, and the tenth takes a third longer; free
 * threads wake on an idle CPU or on a busy one, which is half the time; a run's
 * blocks resemble their neighbours (autocorrelation up to 0.6). */
#include "selftest_noise.h"

#include "statistics.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

const struct selftest_noise selftest_noises[] = {
    { .name = "a quiet machine", .scatter = 0.01 },
    { .name = "slow spells",
      .scatter = 0.015,
      .slow_share = 0.1,
      .slow_times = 1.3 },
    { .name = "two placements",
      .scatter = 0.08,
      .slow_share = 0.45,
      .slow_times = 2.1 },
    { .name = "a heavy tail",
      .scatter = 0.02,
      .tail_share = 0.3,
      .tail_shape = 1 },
    { .name = "drift", .scatter = 0.02, .drift = 0.3 },
    { .name = "waves", .scatter = 0.02, .wave = 0.15, .wave_stays = 0.9 },
    { .name = "all of these",
      .scatter = 0.05,
      .slow_share = 0.3,
      .slow_times = 1.8,
      .tail_share = 0.1,
      .tail_shape = 1,
      .drift = 0.2,
      .wave = 0.1,
      .wave_stays = 0.8 },
};
const size_t selftest_noises_count =
    sizeof(selftest_noises) / sizeof(selftest_noises[0]);

/* A block at this share of the run, apart from the machine's state. */
static double own_noise(const struct selftest_noise *noise, gsl_rng *rng,
                        double at)
{
    double value =
        exp(gsl_ran_gaussian(rng, noise->scatter)) * (1 + noise->drift * at);

    if (gsl_rng_uniform(rng) < noise->slow_share)
        value *= noise->slow_times;
    if (gsl_rng_uniform(rng) < noise->tail_share)
        value *= gsl_ran_pareto(rng, noise->tail_shape, 1);
    return value;
}

void selftest_noise_pairs(const struct selftest_noise *noise, gsl_rng *rng,
                          size_t rounds, double *ret_base, double *ret_top)
{
    enum { BASE, TOP, CASES = 8 };
    size_t order[CASES];
    double fresh = noise->wave * sqrt(1 - pow(noise->wave_stays, 2));
    double state = gsl_ran_gaussian(rng, noise->wave);

    for (size_t i = 0; i < CASES; i++)
        order[i] = i;
    for (size_t round = 0; round < rounds; round++) {
        statistics_shuffle(rng, order, CASES);
        for (size_t i = 0; i < CASES; i++) {
            double at = (double)(round * CASES + i) / (double)(rounds * CASES);
            double value = own_noise(noise, rng, at) * exp(state);

            if (order[i] == BASE)
                ret_base[round] = value;
            if (order[i] == TOP)
                ret_top[round] = value;
            state = noise->wave_stays * state + gsl_ran_gaussian(rng, fresh);
        }
    }
}

bool selftest_noise_has_median(const struct selftest_noise *noise)
{
    return !(noise->wave > 0);
}

double selftest_noise_median(const struct selftest_noise *noise, gsl_rng *rng)
{
    enum { BLOCKS = 200001 };
    double *values = malloc(BLOCKS * sizeof(double));

    if (values == NULL)
        return NAN;
    for (size_t i = 0; i < BLOCKS; i++)
        values[i] = own_noise(noise, rng, (double)i / BLOCKS);
    double median = statistics_median(values, BLOCKS);
    free(values);
    return median;
}
