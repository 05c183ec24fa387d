/* Order statistics: quantiles, and intervals that come from ranks alone. Notice
 * that a level is never assumed: the binomial says what a pair of ranks is
 * worth, and that is what is reported. */
#include "statistics.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    P99_VALUES = 1000, /* fewer leave less than ten beyond the 99th per cent */
    FAR_MEDIANS = 10
};

void statistics_begin(void)
{
    gsl_set_error_handler_off();
}

void statistics_shuffle(gsl_rng *rng, size_t *order, size_t n)
{
    /* gsl_ran_shuffle counts down from n - 1: 0 would wrap around. */
    if (n > 1)
        gsl_ran_shuffle(rng, order, n, sizeof order[0]);
}

static bool level_makes_sense(double level)
{
    return level > 0 && level < 1;
}

/* The measured values in ascending order, to be freed; their number is 0
 * when there is none. */
static int sorted_copy(const double *values, size_t n, double **ret_sorted,
                       size_t *ret_n)
{
    double *sorted = calloc(n > 0 ? n : 1, sizeof *sorted);
    if (sorted == NULL)
        return -ENOMEM;

    size_t measured = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            sorted[measured++] = values[i];
    gsl_sort(sorted, 1, measured);
    *ret_sorted = sorted;
    *ret_n = measured;
    return 0;
}

static double quantile(const double *sorted, size_t n, double share)
{
    return gsl_stats_quantile_from_sorted_data(sorted, 1, n, share);
}

static void describe(const double *sorted, size_t n, struct distribution *ret)
{
    *ret = (struct distribution){
        .n = n,
        .min = sorted[0],
        .p01 = quantile(sorted, n, 0.01),
        .p25 = quantile(sorted, n, 0.25),
        .median = quantile(sorted, n, 0.50),
        .p75 = quantile(sorted, n, 0.75),
        .p90 = quantile(sorted, n, 0.90),
        .p99 = n < P99_VALUES ? NAN : quantile(sorted, n, 0.99),
        .max = sorted[n - 1],
        .mean = gsl_stats_mean(sorted, 1, n),
    };
    for (size_t i = n; i > 0; i--) {
        if (sorted[i - 1] <= FAR_MEDIANS * ret->median)
            break;
        ret->beyond_ten_medians++;
    }
}

int statistics_distribution(const double *values, size_t n,
                            struct distribution *ret)
{
    double *sorted;
    size_t measured;
    int rc = sorted_copy(values, n, &sorted, &measured);
    if (rc < 0)
        return rc;
    if (measured > 0)
        describe(sorted, measured, ret);
    free(sorted);
    return measured > 0 ? 0 : -EINVAL;
}

double statistics_median(const double *values, size_t n)
{
    double *sorted;
    size_t measured;
    if (sorted_copy(values, n, &sorted, &measured) < 0)
        return NAN;

    double median = measured > 0 ? quantile(sorted, measured, 0.5) : NAN;
    free(sorted);
    return median;
}

/* How surely the interval from the rank-th smallest to the rank-th largest of
 * n values holds the median: fewer than `rank` values lie below it, or above,
 * as often as fewer than `rank` of n tosses of a fair coin are heads. */
static double coverage(size_t n, size_t rank)
{
    double miss = gsl_cdf_binomial_P((unsigned)rank - 1, 0.5, (unsigned)n);

    return 1 - 2 * miss;
}

/* The highest rank that still covers `level`, or 1. Coverage falls as the rank
 * rises, so the search can halve. */
static size_t lower_rank(size_t n, double level)
{
    size_t enough = 1;
    size_t too_high = n / 2 + 1;

    while (too_high - enough > 1) {
        size_t middle = enough + (too_high - enough) / 2;
        if (coverage(n, middle) >= level)
            enough = middle;
        else
            too_high = middle;
    }
    return enough;
}

static int sorted_interval(const double *sorted, size_t n, double level,
                           struct interval *ret)
{
    if (n == 0 || n > INT_MAX || !level_makes_sense(level))
        return -EINVAL;

    size_t rank = lower_rank(n, level);
    *ret = (struct interval){
        .low = sorted[rank - 1],
        .high = sorted[n - rank],
        .level = coverage(n, rank),
        .rank_low = rank,
        .rank_high = n + 1 - rank,
    };
    return 0;
}

int statistics_median_interval(const double *values, size_t n, double level,
                               struct interval *ret)
{
    double *sorted;
    size_t measured;
    int rc = sorted_copy(values, n, &sorted, &measured);
    if (rc < 0)
        return rc;
    rc = sorted_interval(sorted, measured, level, ret);
    free(sorted);
    return rc;
}

int statistics_ratio(const double *top, const double *base, size_t n,
                     double level, struct paired *ret)
{
    double *ratios = calloc(n > 0 ? n : 1, sizeof *ratios);
    if (ratios == NULL)
        return -ENOMEM;

    size_t pairs = 0;
    for (size_t i = 0; i < n; i++) {
        double ratio = top[i] / base[i];
        if (isfinite(ratio))
            ratios[pairs++] = ratio;
    }
    gsl_sort(ratios, 1, pairs);
    int rc = sorted_interval(ratios, pairs, level, &ret->interval);
    if (rc == 0) {
        ret->ratio = quantile(ratios, pairs, 0.5);
        ret->n = pairs;
    }
    free(ratios);
    return rc;
}

unsigned statistics_pairs_at_least(unsigned comparisons)
{
    /* 2^(1 - n) <= 0.05 / comparisons, for n */
    return (unsigned)ceil(1 + log2(comparisons > 1 ? 20.0 * comparisons : 20));
}

/* Where the distribution has `below` of its weight below. By halving, since
 * gsl_cdf_beta_Pinv fails to converge for some counts from thousands on. */
static double beta_quantile(double below, double a, double b)
{
    enum { HALVINGS = 60 };
    double low = 0, high = 1;

    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;

        if (gsl_cdf_beta_P(middle, a, b) < below)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

int statistics_share(size_t successes, size_t n, double level,
                     struct share *ret)
{
    if (n == 0 || successes > n || !level_makes_sense(level))
        return -EINVAL;

    double yes = (double)successes, no = (double)(n - successes);
    double beyond = (1 - level) / 2;
    *ret = (struct share){
        .value = yes / (double)n,
        .low = successes > 0 ? beta_quantile(beyond, yes, no + 1) : 0,
        .high = successes < n ? 1 - beta_quantile(beyond, no, yes + 1) : 1,
    };
    return 0;
}
