/* One run of the bench, from its options to its files. */
#ifndef DRIVER_RUN_H
#define DRIVER_RUN_H

#include "context.h"
#include "experiments/experiment.h"
#include "failure.h"
#include "output.h"
#include "report.h"

#include <stdbool.h>

struct run {
    struct context context;
    struct output output;
    struct report report;
    struct load before;
    json_t *software;
    const struct experiment *const *chosen;
    bool complete;
    bool broken; /* some case failed that should not have */
    size_t told; /* warnings that were printed already */
};

/* Writes run.json as things stand: before the first block and after every
 * experiment, so that there is always a true one. 0 or -errno. */
int run_write(const struct run *run, struct failure *failure);

/* Writes the summaries and further tables of the experiment that has just
 * been concluded. 0 or -errno. */
int run_write_tables(struct run *run, const struct experiment *experiment,
                     struct failure *failure);

/* A warning for each case of an experiment that broke, named once each; the run
 * is broken then. */
void run_warn_broken(struct run *run, const struct plan *plan,
                     const char *experiment);

#endif
