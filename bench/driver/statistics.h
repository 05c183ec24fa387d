/* What the driver may conclude from its numbers: medians, intervals, ratios,
 * fits. GSL computes; nothing here prints, keeps state or invents a formula.
 *
 * Values carry whatever unit the caller measured in and results keep it. NAN
 * means "not measured" and is left out; `n` in a result says how many values
 * were left. Levels are shares, 0.95 for 95 %; who makes k comparisons asks for
 * 1 - 0.05 / k (Bonferroni). Functions that return an int return 0 or -errno:
 * EINVAL for too little or senseless data, ENOMEM. */
#ifndef DRIVER_STATISTICS_H
#define DRIVER_STATISTICS_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

/* GSL's default is to abort the program on an error. Call this once, before
 * anything else: from then on errors come back as return values. */
void statistics_begin(void);

/* Puts order[0 … n-1] into a random order, in place, every permutation equally
 * likely. The same seed gives the same orders.
 * Source: Fisher and Yates; Knuth, TAOCP 2, algorithm 3.4.2 P. */
void statistics_shuffle(gsl_rng *rng, size_t *order, size_t n);

/* ---- One set of values ---- */

struct distribution {
    size_t n;
    double min, p01, p25, median, p75, p90, p99, max, mean;
    size_t beyond_ten_medians; /* how many values exceed ten medians */
};

/* Describes the values; p99 is NAN below 1,000 of them, where it would rest
 * on a handful. -EINVAL when there is no value.
 * Source: quantiles interpolate as type 7 of Hyndman and Fan, "Sample Quantiles
 * in Statistical Packages", The American Statistician 50 (1996). */
int statistics_distribution(const double *values, size_t n,
                            struct distribution *ret);

/* The middle value, or the mean of the two in the middle. NAN when there is no
 * value, or no memory to sort them in. */
double statistics_median(const double *values, size_t n);

struct interval {
    double low, high;
    double level;               /* the level reached, exact */
    size_t rank_low, rank_high; /* which of the sorted values, from 1 */
};

/* The interval for the median of where the values come from: the narrowest
 * pair of ranks l and n+1-l that covers it with at least `level`. It assumes
 * independent values, and nothing about their distribution. With too few values
 * for that level it is their whole range, and `level` says what that is worth.
 * -EINVAL when there is no value.
 * Source: David and Nagaraja, Order Statistics (3rd ed.), section 7.1. */
int statistics_median_interval(const double *values, size_t n, double level,
                               struct interval *ret);

struct paired {
    double ratio; /* median of the ratios */
    struct interval interval;
    size_t n; /* pairs used */
};

/* How many times base[i] is top[i], where both were measured in round i: pairs
 * share a round's disturbances, so these cancel. A pair with a NAN, or a base
 * of 0, is left out. -EINVAL when no pair is left.
 * Source: the interval holds the ratios that a two-sided sign test does not
 * reject; its ranks are those of statistics_median_interval. */
int statistics_ratio(const double *top, const double *base, size_t n,
                     double level, struct paired *ret);

/* The fewest pairs for which the interval of statistics_ratio can reach the
 * level 1 - 0.05 / comparisons: with n pairs their whole range reaches
 * 1 - 2^(1 - n), and that is all there is. From 6 pairs for one comparison on;
 * 0 comparisons count as one. */
unsigned statistics_pairs_at_least(unsigned comparisons);

struct share {
    double value;     /* successes / n */
    double low, high; /* of the probability behind it, 0 … 1 */
};

/* The interval for a probability that showed itself `successes` times in n
 * independent trials: it holds those that an exact test would not reject, and
 * covers `level` or more. -EINVAL without trials, or with more successes.
 * Source: Clopper and Pearson, "The Use of Confidence or Fiducial Limits
 * Illustrated in the Case of the Binomial", Biometrika 26 (1934), by quantiles
 * of the beta distribution, gsl_cdf_beta_P. */
int statistics_share(size_t successes, size_t n, double level,
                     struct share *ret);

/* ---- Means and lines ---- */

struct estimate {
    double value;
    double error; /* standard error, in the value's unit */
    double low, high;
};

/* A value with a standard error, and its two-sided interval by Student's t for
 * `freedom` degrees of freedom; the ends are NAN where that makes no sense.
 * Source: Student, "The Probable Error of a Mean", Biometrika 6 (1908). */
struct estimate statistics_estimate(double value, double error, double freedom,
                                    double level);

/* The mean and its t interval; -EINVAL below 2 values.
 * Source: as above, with n - 1 degrees of freedom. */
int statistics_mean(const double *values, size_t n, double level,
                    struct estimate *ret);

struct line {
    double intercept, intercept_error; /* in units of y */
    double slope, slope_error;         /* in units of y per unit of x */
    size_t n;                          /* n - 2 degrees of freedom */
};

/* Least squares through the points (x[i], y[i]), with standard errors.
 * -EINVAL below 3 points, or where all x are equal.
 * Source: gsl_fit_linear, GSL manual, "Linear Least-Squares Fitting". */
int statistics_line(const double *x, const double *y, size_t n,
                    struct line *ret);

#endif
