/* What most experiments say of one case: the distribution of its samples, and
 * the median of its blocks with an interval. */
#ifndef DRIVER_MEASURED_H
#define DRIVER_MEASURED_H

#include "experiment.h"

struct measured {
    const struct bench_case *bench_case;
    size_t index; /* in the plan */
    struct series series;
    struct distribution distribution; /* its median: of the blocks' medians */
    struct interval interval;         /* of that, from the blocks */
};

/* Reads column `column` of the case, times scale, as series_read() does. What
 * was not measured has series.n == 0 and NAN everywhere. 0 or -ENOMEM. Then
 * comes measured_free(), in any case. */
int measured_read(const struct plan *plan, const struct samples *samples,
                  size_t index, const char *column, double scale,
                  struct measured *ret);
/* Likewise, but only the rows whose column `where` says `value`. */
int measured_read_where(const struct plan *plan, const struct samples *samples,
                        size_t index, const char *column, const char *where,
                        const char *value, double scale, struct measured *ret);
void measured_free(struct measured *measured);

/* Why there is no number, "" when there is one; may be put into text. */
const char *measured_why_not(const struct measured *measured, char *text,
                             size_t size);

/* The summary without numbers: names, words, parameters (numbers as numbers),
 * n, blocks, failed, verdict and unavailable. NULL without memory. */
json_t *measured_words(const char *experiment, const struct measured *measured,
                       const char *verdict);

/* The same, and, if it was measured, median_us and the columns of
 * MEASURED_COLUMNS after it: the series is in µs. NULL without memory. */
json_t *measured_summary(const char *experiment,
                         const struct measured *measured, const char *verdict);

/* The summary's columns for NAME-summary.csv, in two parts, between which an
 * experiment puts its parameters. */
#define MEASURED_WORDS "case,label,note,family,placement"
#define MEASURED_COLUMNS                                                   \
    "n,blocks,median_us,ci_low_us,ci_high_us,p01_us,p25_us,p75_us,p90_us," \
    "p99_us,min_us,max_us,mean_us,beyond_ten_medians"

/* The parameters of a case as a JSON object. */
json_t *measured_parameters(const struct bench_case *bench_case);

/* Sets a number, null where it is none. 0 or -ENOMEM. */
int measured_set(json_t *object, const char *key, double value);

struct measured_number {
    const char *key;
    double value;
};

/* Sets them all, in this order. 0 or -ENOMEM. */
int measured_set_all(json_t *object, const struct measured_number *numbers,
                     size_t count);

/* Sets NAME, NAME_low and NAME_high: the ratio and its interval. 0 or
 * -ENOMEM. */
int measured_set_paired(json_t *object, const char *name,
                        const struct paired *paired);

/* The A/A control: the same thing measured twice. Warns that the experiment is
 * unreliable where (a few words: "at same-cpu") when it differs from itself,
 * surely (99.9 %) and by more than `tolerance` (a share: 0.01). 0 or -ENOMEM. */
int measured_judge_control(const char *experiment, const struct series *again,
                           const struct series *once, const char *where,
                           double tolerance, struct report *report);

#endif
