/* bench selftest: does the instrument tell the truth? Runs whose truth is known
 * go through the bench's own statistics: simulated ones first, then real ones
 * with the same thing measured twice, and with a delay of known length. */
#ifndef DRIVER_SELFTEST_H
#define DRIVER_SELFTEST_H

#include "context.h"
#include "failure.h"
#include "screen.h"

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    SELFTEST_TRIES = 200, /* of each question */
    SELFTEST_ROUNDS = 12  /* of each run; the fewest that creation does */
};

/* One question, asked again and again. */
struct selftest_row {
    char what[64];
    unsigned tries;
    unsigned wrong;     /* intervals that miss the truth */
    unsigned seen;      /* a delay's: beyond nothing at all */
    unsigned backwards; /* a delay's: on the wrong side of nothing */
    double truth[SELFTEST_TRIES], found[SELFTEST_TRIES]; /* a delay's */
};

/* How many of so many 95 % intervals may miss: more would happen to a true
 * instrument once in a hundred times at most. 18 of 200. */
unsigned selftest_allowed(unsigned tries);

enum selftest_verdict {
    SELFTEST_PASS,
    SELFTEST_FAIL,
    SELFTEST_BLIND, /* nothing wrong, but too noisy to see the delay */
    SELFTEST_SHOWN  /* too few tries to judge by */
};

/* Whether an answer is wrong too often. */
enum selftest_verdict selftest_judge(const struct selftest_row *row);

/* Likewise for a delay, which has to be seen in every second run, too. A few
 * tries are judged by one thing alone, that load does not make up: not all of
 * them are backwards. */
enum selftest_verdict selftest_judge_delay(const struct selftest_row *row);

/* ---- Simulated runs: the same on every machine, whatever else it does ---- */

typedef void selftest_tell(void *arg, const char *topic,
                           const struct selftest_row *row);

/* Tells every row. 0 or -errno. */
int selftest_simulate(selftest_tell *tell, void *arg);
int selftest_simulate_laws(gsl_rng *rng, selftest_tell *tell, void *arg);

/* ---- Real runs ---- */

/* Two cases that were compared in the real runs of one placement. */
struct selftest_pair {
    bool is_delay;    /* or the same thing twice */
    const char *unit; /* of truth and found; "": they are ratios */
    struct selftest_row row;
    double *blocks; /* each one's median, µs: top, base, top, … */
    size_t count;
};

struct selftest_real {
    struct selftest_pair *pairs;
    size_t count;
    double *blocks; /* of all pairs */
    unsigned runs;  /* finished */
    double seconds;
};

/* Measures up to so many runs, as many as begin within budget_s. 0; -EINTR; or
 * -errno with the reason. In any case selftest_real_free() comes after it. */
int selftest_measure(const struct context *context, const char *placement,
                     unsigned runs, double budget_s, struct screen *screen,
                     struct selftest_real *ret, struct failure *failure);
void selftest_real_free(struct selftest_real *real);

/* Tells how the statistics do with the recorded blocks of the same thing twice.
 * 0 or -errno. */
int selftest_resample(const struct selftest_pair *pair, selftest_tell *tell,
                      void *arg);

/* ---- All of it ---- */

/* Prints a table. 0: passed; 1: something failed; or -errno with the reason. */
int selftest_run(const struct context *context, FILE *out,
                 struct failure *failure);

#endif
