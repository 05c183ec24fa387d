/* Means and straight lines, with the intervals that normal errors allow. For
 * times, which are anything but normal, prefer the ranks of statistics.c. */
#include "statistics.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

struct estimate statistics_estimate(double value, double error, double freedom,
                                    double level)
{
    double half = NAN;

    if (level > 0 && level < 1 && freedom > 0)
        half = gsl_cdf_tdist_Pinv(0.5 + level / 2, freedom) * error;
    return (struct estimate){
        .value = value,
        .error = error,
        .low = value - half,
        .high = value + half,
    };
}

/* Copies the points without a NAN, to be freed: first all x, then all y, each
 * part as long as n. */
static double *measured_points(const double *x, const double *y, size_t n,
                               size_t *ret_n)
{
    double *points = calloc(2 * n + 1, sizeof *points);
    if (points == NULL)
        return NULL;

    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            continue;
        points[*ret_n] = x[i];
        points[n + *ret_n] = y[i];
        (*ret_n)++;
    }
    return points;
}

static int fit_mean(const double *values, size_t n, double level,
                    struct estimate *ret)
{
    if (n < 2 || !(level > 0 && level < 1))
        return -EINVAL;

    double mean = gsl_stats_mean(values, 1, n);
    double sd = gsl_stats_sd_m(values, 1, n, mean);
    *ret =
        statistics_estimate(mean, sd / sqrt((double)n), (double)n - 1, level);
    return 0;
}

int statistics_mean(const double *values, size_t n, double level,
                    struct estimate *ret)
{
    size_t measured;
    double *points = measured_points(values, values, n, &measured);
    if (points == NULL)
        return -ENOMEM;

    int rc = fit_mean(points, measured, level, ret);
    free(points);
    return rc;
}

static int fit_line(const double *x, const double *y, size_t n,
                    struct line *ret)
{
    if (n < 3 || gsl_stats_max(x, 1, n) <= gsl_stats_min(x, 1, n))
        return -EINVAL;

    double cov00, cov01, cov11, sum_of_squares;
    gsl_fit_linear(x, 1, y, 1, n, &ret->intercept, &ret->slope, &cov00, &cov01,
                   &cov11, &sum_of_squares);
    ret->intercept_error = sqrt(cov00);
    ret->slope_error = sqrt(cov11);
    ret->n = n;
    return 0;
}

int statistics_line(const double *x, const double *y, size_t n,
                    struct line *ret)
{
    size_t measured;
    double *points = measured_points(x, y, n, &measured);
    if (points == NULL)
        return -ENOMEM;

    int rc = fit_line(points, points + n, measured, ret);
    free(points);
    return rc;
}
