/* The two laws of scaling. Notice that both become linear once speedup is
 * written as the loss n/S - 1: the time of all workers that did not go into the
 * work, in units of the serial time. */
#include "statistics.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_multifit.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* The points of more than one worker, as both laws want them. */
struct losses {
    double *more; /* n - 1 */
    double *loss; /* n/S - 1 */
    size_t n;
    size_t counts; /* different worker counts, one worker among them */
};

static void losses_free(struct losses *points)
{
    free(points->more);
    free(points->loss);
}

static bool among(const double *values, size_t n, double value)
{
    for (size_t i = 0; i < n; i++)
        if (values[i] == value)
            return true;
    return false;
}

/* One worker has no loss to scaling: its points count, and are left out. */
static int losses_fill(struct losses *points, const double *workers,
                       const double *speedup, size_t n)
{
    bool one_worker = false;

    for (size_t i = 0; i < n; i++) {
        if (isnan(workers[i]) || isnan(speedup[i]))
            continue;
        if (workers[i] < 1 || speedup[i] <= 0 || isinf(workers[i]) ||
            isinf(speedup[i]))
            return -EINVAL;

        double more = workers[i] - 1;
        if (!(more > 0)) {
            one_worker = true;
            continue;
        }
        if (!among(points->more, points->n, more))
            points->counts++;
        points->more[points->n] = more;
        points->loss[points->n] = workers[i] / speedup[i] - 1;
        points->n++;
    }
    points->counts += one_worker;
    return 0;
}

/* Only success leaves something to free. */
static int losses_make(struct losses *points, const double *workers,
                       const double *speedup, size_t n, size_t counts_needed)
{
    *points = (struct losses){
        .more = calloc(n + 1, sizeof(double)),
        .loss = calloc(n + 1, sizeof(double)),
    };

    int rc = -ENOMEM;
    if (points->more != NULL && points->loss != NULL)
        rc = losses_fill(points, workers, speedup, n);
    if (rc == 0 && points->counts < counts_needed)
        rc = -EINVAL;
    if (rc < 0)
        losses_free(points);
    return rc;
}

/* A loss of -1 or less would be infinite speed. */
static double speedup_from(double workers, double loss)
{
    return loss > -1 ? workers / (1 + loss) : NAN;
}

static struct curve_point curve_point(double workers, struct estimate loss)
{
    return (struct curve_point){
        .speedup = speedup_from(workers, loss.value),
        .low = speedup_from(workers, loss.high),
        .high = speedup_from(workers, loss.low),
    };
}

int statistics_amdahl(const double *workers, const double *speedup, size_t n,
                      double level, struct amdahl *ret)
{
    if (!(level > 0 && level < 1))
        return -EINVAL;

    struct losses points;
    int rc =
        losses_make(&points, workers, speedup, n, STATISTICS_AMDAHL_COUNTS);
    if (rc < 0)
        return rc;

    double sigma, variance, sum_of_squares;
    gsl_fit_mul(points.more, 1, points.loss, 1, points.n, &sigma, &variance,
                &sum_of_squares);
    *ret = (struct amdahl){
        .serial = statistics_estimate(sigma, sqrt(variance),
                                      (double)points.n - 1, level),
        .level = level,
        .n = points.n,
    };
    losses_free(&points);
    return 0;
}

struct curve_point statistics_amdahl_at(const struct amdahl *fit,
                                        double workers)
{
    double more = workers - 1;
    struct estimate loss = {
        .value = fit->serial.value * more,
        .low = fit->serial.low * more,
        .high = fit->serial.high * more,
    };

    return curve_point(workers, loss);
}

static int usl_solve(const struct losses *points, gsl_matrix *terms,
                     gsl_multifit_linear_workspace *work, struct usl *ret)
{
    for (size_t i = 0; i < points->n; i++) {
        double more = points->more[i];
        gsl_matrix_set(terms, i, 0, more);
        gsl_matrix_set(terms, i, 1, more * (more + 1));
    }

    double coefficients[2], covariance[4], sum_of_squares;
    gsl_vector_const_view loss =
        gsl_vector_const_view_array(points->loss, points->n);
    gsl_vector_view c = gsl_vector_view_array(coefficients, 2);
    gsl_matrix_view cov = gsl_matrix_view_array(covariance, 2, 2);
    if (gsl_multifit_linear(terms, &loss.vector, &c.vector, &cov.matrix,
                            &sum_of_squares, work) != GSL_SUCCESS)
        return -EINVAL;

    double freedom = (double)points->n - 2;
    ret->contention = statistics_estimate(coefficients[0], sqrt(covariance[0]),
                                          freedom, ret->level);
    ret->coherence = statistics_estimate(coefficients[1], sqrt(covariance[3]),
                                         freedom, ret->level);
    ret->covariance = covariance[1];
    ret->n = points->n;
    return 0;
}

int statistics_usl(const double *workers, const double *speedup, size_t n,
                   double level, struct usl *ret)
{
    if (!(level > 0 && level < 1))
        return -EINVAL;

    struct losses points;
    int rc = losses_make(&points, workers, speedup, n, STATISTICS_USL_COUNTS);
    if (rc < 0)
        return rc;

    gsl_matrix *terms = gsl_matrix_alloc(points.n, 2);
    gsl_multifit_linear_workspace *work =
        gsl_multifit_linear_alloc(points.n, 2);
    if (terms == NULL || work == NULL) {
        rc = -ENOMEM;
    } else {
        *ret = (struct usl){ .level = level };
        rc = usl_solve(&points, terms, work, ret);
    }
    gsl_matrix_free(terms);
    gsl_multifit_linear_free(work);
    losses_free(&points);
    return rc;
}

struct curve_point statistics_usl_at(const struct usl *fit, double workers)
{
    double waiting = workers - 1;
    double informing = workers * (workers - 1);
    double variance = pow(waiting * fit->contention.error, 2) +
                      pow(informing * fit->coherence.error, 2) +
                      2 * waiting * informing * fit->covariance;
    double loss =
        fit->contention.value * waiting + fit->coherence.value * informing;
    double freedom = (double)fit->n - 2;

    /* Rounding may leave a variance of 0 a hair below it. */
    return curve_point(workers,
                       statistics_estimate(loss, sqrt(fmax(variance, 0)),
                                           freedom, fit->level));
}

double statistics_usl_peak(const struct usl *fit)
{
    double kappa = fit->coherence.value;
    if (!(kappa > 0))
        return NAN;
    return sqrt(fmax(1 - fit->contention.value, 0) / kappa);
}

double statistics_karp_flatt(double speedup, double workers)
{
    if (!(workers > 1) || !(speedup > 0))
        return NAN;
    return (1 / speedup - 1 / workers) / (1 - 1 / workers);
}
