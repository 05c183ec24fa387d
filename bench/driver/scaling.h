/* How speedup grows with workers: two laws, fitted round by round.
 *
 * The speedups of a round share its serial time, and their losses spread wider
 * the more workers there are: a least-squares fit through the medians of all
 * rounds takes both for independent noise of one size, and its 95 % interval
 * holds the truth in half of the cases. So each round is fitted by itself; the
 * answer is the median of the rounds, and its interval comes from their ranks,
 * as everywhere in this bench. tests/test_scaling.c shows the coverage. */
#ifndef DRIVER_SCALING_H
#define DRIVER_SCALING_H

#include "statistics.h"

#include <stddef.h>

enum scaling_law {
    /* S(n) = n / (1 + sigma (n-1)). Amdahl, AFIPS Spring Joint Computer
     * Conference (1967). */
    SCALING_AMDAHL,
    /* S(n) = n / (1 + sigma (n-1) + kappa n (n-1)). Gunther, Guerrilla Capacity
     * Planning (2007). */
    SCALING_USL
};

/* Different worker counts, one worker among them, that a fit asks for. */
enum { SCALING_AMDAHL_COUNTS = 4, SCALING_USL_COUNTS = 6 };

struct scaling {
    enum scaling_law law;
    double level;
    size_t rounds;      /* that could be fitted */
    double *contention; /* sigma of each: waiting for one another */
    double *coherence;  /* kappa: keeping one another informed; Amdahl: 0 */
};

/* Fits both laws as what they are once speedup is written as the loss n/S - 1:
 * linear. speedup[round * counts + i] belongs to workers[i]; NAN: not measured.
 * A round with too few counts is left out. 0; -EINVAL when no round is left,
 * or for a count below 1, a speedup not above 0 or infinite, a level that is
 * none; -ENOMEM. After success comes scaling_free().
 * Source: gsl_fit_mul, gsl_multifit_linear. */
int scaling_fit(enum scaling_law law, const double *workers, size_t counts,
                const double *speedup, size_t rounds, double level,
                struct scaling *ret);
void scaling_free(struct scaling *fit);

/* A median over the rounds, with the interval from their ranks and the level
 * that it reaches; NAN where a side has no finite value, or there is no memory
 * to sort in. */
struct scaling_value {
    double value, low, high, level;
};

struct scaling_value scaling_contention(const struct scaling *fit);
struct scaling_value scaling_coherence(const struct scaling *fit);

/* The model's speedup at a worker count. */
struct scaling_value scaling_at(const struct scaling *fit, double workers);

/* The serial share that one speedup at one worker count amounts to. It falls as
 * speedup rises, so a speedup's interval maps end by end. NAN for one worker
 * or a speedup not above 0.
 * Source: Karp and Flatt, "Measuring Parallel Processor Performance",
 * Communications of the ACM 33:5 (1990). */
double scaling_karp_flatt(double speedup, double workers);

#endif
