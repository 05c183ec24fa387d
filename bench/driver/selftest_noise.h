/* Simulated machines: what one block of a run takes, as a share of what it
 * would take if nothing ever came between. */
#ifndef DRIVER_SELFTEST_NOISE_H
#define DRIVER_SELFTEST_NOISE_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>

struct selftest_noise {
    const char *name;
    double scatter; /* of a block by itself: sigma of its logarithm */
    /* So many of the blocks take so many times as long: two placements of a
     * free thread, slow spells. */
    double slow_share, slow_times;
    double tail_share, tail_shape; /* so many are held up: Pareto's law */
    double drift;                  /* slower at the run's end, by this share */
    /* The whole machine's state, from block to block: its sigma, and how much
     * of it stays until the next. */
    double wave, wave_stays;
};

extern const struct selftest_noise selftest_noises[];
extern const size_t selftest_noises_count;

/* What the blocks of two cases take, round by round, that would take 1 without
 * noise. They run among others, in shuffled order, as the sampler has it. */
void selftest_noise_pairs(const struct selftest_noise *noise, gsl_rng *rng,
                          size_t rounds, double *ret_base, double *ret_top);

/* Whether single blocks have a median of their own: the state of the whole
 * machine does not come into it, since a run has a state of its own. */
bool selftest_noise_has_median(const struct selftest_noise *noise);

/* That median, over a run, from many blocks; NAN without memory. */
double selftest_noise_median(const struct selftest_noise *noise, gsl_rng *rng);

#endif
