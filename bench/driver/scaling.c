/* The two laws of scaling. Notice that both become linear once speedup is
 * written as the loss n/S - 1: the time of all workers that did not go into the
 * work, in units of the serial time. */
#include "scaling.h"

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

    points->n = 0;
    points->counts = 0;
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

static int solve_amdahl(const struct losses *points, double *ret_sigma)
{
    double variance, sum_of_squares;

    return gsl_fit_mul(points->more, 1, points->loss, 1, points->n, ret_sigma,
                       &variance, &sum_of_squares) == GSL_SUCCESS
               ? 0
               : -EINVAL;
}

static int solve_usl(const struct losses *points, double ret[2])
{
    gsl_matrix *terms = gsl_matrix_alloc(points->n, 2);
    gsl_multifit_linear_workspace *work =
        gsl_multifit_linear_alloc(points->n, 2);
    double covariance[4], sum_of_squares;
    int rc = terms != NULL && work != NULL ? 0 : -ENOMEM;

    for (size_t i = 0; i < points->n && rc == 0; i++) {
        double more = points->more[i];

        gsl_matrix_set(terms, i, 0, more);
        gsl_matrix_set(terms, i, 1, more * (more + 1));
    }
    if (rc == 0) {
        gsl_vector_const_view loss =
            gsl_vector_const_view_array(points->loss, points->n);
        gsl_vector_view c = gsl_vector_view_array(ret, 2);
        gsl_matrix_view cov = gsl_matrix_view_array(covariance, 2, 2);

        if (gsl_multifit_linear(terms, &loss.vector, &c.vector, &cov.matrix,
                                &sum_of_squares, work) != GSL_SUCCESS)
            rc = -EINVAL;
    }
    gsl_matrix_free(terms);
    gsl_multifit_linear_free(work);
    return rc;
}

/* Fits one round, if it has the counts for it, into the next place. */
static int fit_round(struct scaling *fit, const struct losses *points)
{
    bool usl = fit->law == SCALING_USL;
    double found[2] = { 0, 0 };

    if (points->counts <
        (size_t)(usl ? SCALING_USL_COUNTS : SCALING_AMDAHL_COUNTS))
        return 0;
    int rc = usl ? solve_usl(points, found) : solve_amdahl(points, &found[0]);
    if (rc == 0) {
        fit->contention[fit->rounds] = found[0];
        fit->coherence[fit->rounds++] = found[1];
    }
    return rc;
}

int scaling_fit(enum scaling_law law, const double *workers, size_t counts,
                const double *speedup, size_t rounds, double level,
                struct scaling *ret)
{
    struct losses points = {
        .more = calloc(counts + 1, sizeof(double)),
        .loss = calloc(counts + 1, sizeof(double)),
    };

    *ret = (struct scaling){
        .law = law,
        .level = level,
        .contention = calloc(rounds + 1, sizeof(double)),
        .coherence = calloc(rounds + 1, sizeof(double)),
    };
    int rc = points.more != NULL && points.loss != NULL &&
                     ret->contention != NULL && ret->coherence != NULL
                 ? 0
                 : -ENOMEM;
    if (rc == 0 && !(level > 0 && level < 1))
        rc = -EINVAL;
    for (size_t r = 0; r < rounds && rc == 0; r++) {
        rc = losses_fill(&points, workers, &speedup[r * counts], counts);
        if (rc == 0)
            rc = fit_round(ret, &points);
    }
    if (rc == 0 && ret->rounds == 0)
        rc = -EINVAL;
    free(points.more);
    free(points.loss);
    if (rc < 0)
        scaling_free(ret);
    return rc;
}

void scaling_free(struct scaling *fit)
{
    free(fit->contention);
    free(fit->coherence);
    *fit = (struct scaling){ .rounds = 0 };
}

static double or_nan(double value)
{
    return isfinite(value) ? value : NAN;
}

static struct scaling_value middle(const double *values, size_t n, double level)
{
    struct interval interval;

    if (statistics_median_interval(values, n, level, &interval) < 0)
        return (struct scaling_value){ NAN, NAN, NAN, NAN };
    return (struct scaling_value){
        .value = or_nan(statistics_median(values, n)),
        .low = or_nan(interval.low),
        .high = or_nan(interval.high),
        .level = interval.level,
    };
}

struct scaling_value scaling_contention(const struct scaling *fit)
{
    return middle(fit->contention, fit->rounds, fit->level);
}

struct scaling_value scaling_coherence(const struct scaling *fit)
{
    return middle(fit->coherence, fit->rounds, fit->level);
}

/* Each round's curve; a loss of -1 or less would be infinite speed. */
struct scaling_value scaling_at(const struct scaling *fit, double workers)
{
    double *speedup = calloc(fit->rounds, sizeof(double));

    if (speedup == NULL)
        return (struct scaling_value){ NAN, NAN, NAN, NAN };
    for (size_t r = 0; r < fit->rounds; r++) {
        double loss = fit->contention[r] * (workers - 1) +
                      fit->coherence[r] * workers * (workers - 1);

        speedup[r] = loss > -1 ? workers / (1 + loss) : INFINITY;
    }
    struct scaling_value at = middle(speedup, fit->rounds, fit->level);
    free(speedup);
    return at;
}

double scaling_karp_flatt(double speedup, double workers)
{
    if (!(workers > 1) || !(speedup > 0))
        return NAN;
    return (1 / speedup - 1 / workers) / (1 - 1 / workers);
}
