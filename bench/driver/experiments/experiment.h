/* An experiment: a question, the cases that answer it, and what to conclude
 * from their rows. One file each, one row each in experiments.c. */
#ifndef DRIVER_EXPERIMENT_H
#define DRIVER_EXPERIMENT_H

#include "../context.h"
#include "../failure.h"
#include "../plan.h"
#include "../report.h"
#include "../sampler.h"
#include "../series.h"

enum { EXPERIMENT_NAMES = 800 };

struct experiment {
    const char *name, *question;
    const char *summary_columns; /* of NAME-summary.csv */
    double budget_s[PROFILES];   /* seconds of measuring */
    /* Whatever the budget: 6 is the fewest for an interval at 95 %, 9 for one
     * that holds for 12 comparisons together. A plan may want more. */
    unsigned rounds_at_least[PROFILES];
    bool by_ranks; /* some of its cases are measured by MPI ranks */
    /* Says whether it can be run here, and what --cases and --placement may
     * name: both with commas between, at most EXPERIMENT_NAMES bytes. 0 or
     * -errno with the reason. */
    int (*check)(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure);
    /* Fills the plan with what was asked for. 0 or -errno with the reason. */
    int (*plan)(const struct context *context, struct plan *ret,
                struct failure *failure);
    /* Adds summaries, comparisons, fits, charts' titles, lines and warnings.
     * 0 or -errno with the reason; -EBADMSG when the results are wrong. */
    int (*conclude)(const struct context *context, const struct plan *plan,
                    const struct samples *samples, struct report *report,
                    struct failure *failure);
};

extern const struct experiment experiment_creation;
extern const struct experiment experiment_speedup;
extern const struct experiment experiment_memory;
extern const struct experiment experiment_population;
extern const struct experiment experiment_switching;
extern const struct experiment experiment_exchange;
extern const struct experiment experiment_gil;
extern const struct experiment experiment_granularity;
extern const struct experiment experiment_ladder;
extern const struct experiment experiment_order;
extern const struct experiment experiment_instruments;
extern const struct experiment experiment_demos;

/* All of them, in the order in which `all` runs them; NULL at the end. */
extern const struct experiment *const experiments[];

/* Before anything is measured or written: every name that was asked for is
 * known to one of the chosen, and leaves each of them something to do. 0;
 * -EINVAL with what there is; or another -errno. */
int experiments_check(const struct context *context,
                      const struct experiment *const *chosen,
                      struct failure *failure);

/* ---- What the experiments share ---- */

/* Seconds of measuring: what was asked for, or the profile's. */
double experiment_budget_s(const struct experiment *experiment,
                           const struct context *context);

/* Adds a name, unless it is there, to names with commas between: at most
 * EXPERIMENT_NAMES bytes, what is longer is cut off. */
void experiment_add_name(char *names, const char *name);

/* A check by a plan that costs next to nothing: each name of a case and of a
 * placement once, in the order of the plan that `plan` makes of everything. 0
 * or its -errno with the reason. */
int experiment_names(const struct context *context,
                     int (*plan)(const struct context *context,
                                 struct plan *ret, struct failure *failure),
                     char *ret_cases, char *ret_placements,
                     struct failure *failure);

/* The CPUs that the case's placement means, for who starts and for whom it
 * starts; -1: any, and where the starter is. Without another core an other-cpu
 * is unavailable. */
void experiment_place(const struct machine *machine, struct bench_case *added,
                      int *ret_cpu, int *ret_child_cpu);

/* Runs `probe list WHAT` and reads it. */
int experiment_list(const struct context *context, const char *what,
                    struct rows *ret, struct failure *failure);

/* Which two values are compared, and how sure the answer is to be. */
struct comparison {
    const char *experiment, *name, *base, *placement;
    json_t *parameters;      /* taken over; NULL: none */
    double level;            /* of the interval, Bonferroni included */
    unsigned comparisons;    /* for how many the level was adjusted */
    const char *more, *less; /* verdicts: "costs more", "costs less" */
};

/* What a comparison says before anything was paired: NAN. */
extern const struct paired experiment_no_pair;

/* Adds the comparison top / base to the report; ret may be NULL. 0, also when
 * nothing can be paired (all numbers are then NAN and the verdict "not
 * measured"); or -ENOMEM. */
int experiment_compare(struct report *report,
                       const struct comparison *comparison,
                       const struct series *top, const struct series *base,
                       struct paired *ret);

/* What the comparison says in words; "too few rounds" where even the widest
 * interval of so many pairs has less than the level asked for. */
const char *experiment_verdict(const struct comparison *comparison,
                               const struct paired *paired);

/* Three significant digits with a unit: 8.42 µs, 1.27 ms, 3.10 s. */
const char *experiment_time(double us, char *text, size_t size);

#endif
