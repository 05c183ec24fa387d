/* The values of one case, picked out of a run's blocks: each round's, for
 * pairs, and all samples', for distributions. */
#ifndef DRIVER_SERIES_H
#define DRIVER_SERIES_H

#include "sampler.h"
#include "statistics.h"

#include <stddef.h>

struct series {
    double *by_round; /* the block's value; NAN: no block that counts */
    size_t rounds;
    size_t blocks;   /* how many by_round are measured */
    double *samples; /* every sample that counts */
    size_t n;
    size_t failed;     /* samples with an error */
    const char *error; /* the first of these; points into the rows */
};

/* Column `column` of table 0, times `scale`; `reduce` makes a block's samples
 * its one value (statistics_median, series_mean). Warm-ups, failed samples and
 * excluded blocks do not count. 0 or -ENOMEM. */
int series_read(const struct samples *samples, size_t case_index,
                const char *column, double scale,
                double (*reduce)(const double *values, size_t n),
                struct series *ret);

/* Likewise, but only the rows whose column `where` says `value`. */
int series_read_where(const struct samples *samples, size_t case_index,
                      const char *column, const char *where, const char *value,
                      double scale,
                      double (*reduce)(const double *values, size_t n),
                      struct series *ret);

double series_mean(const double *values, size_t n);

void series_free(struct series *series);

/* The median over the case's blocks of a column of table 1 (a block's own
 * facts); NAN when it was not measured. */
double series_block_fact(const struct samples *samples, size_t case_index,
                         const char *column);

#endif
