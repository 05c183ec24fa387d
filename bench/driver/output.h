/* The folder of a run. Every file is written under a temporary name and
 * renamed when it is whole, so that no half file ever looks like one. */
#ifndef DRIVER_OUTPUT_H
#define DRIVER_OUTPUT_H

#include "failure.h"
#include "plan.h"
#include "sampler.h"

#include <jansson.h>
#include <limits.h>

struct output {
    char folder[PATH_MAX];
};

/* Makes the folder, or takes an existing one that holds no run yet. NULL:
 * results/YYYY-MM-DD-HHMMSS-HOST below the current folder, and
 * results/latest points to it. 0 or -errno with the reason. */
int output_open(struct output *output, const char *folder, const char *host,
                struct failure *failure);

/* Writes name.csv with these columns; a cell is the object's value under the
 * column's name, or its parameter's. */
int output_objects(const struct output *output, const char *name,
                   const char *columns, const json_t *objects,
                   struct failure *failure);

/* Writes name.csv, a row a sample, and name-blocks.csv, a row a block. */
int output_samples(const struct output *output, const char *name,
                   const struct plan *plan, const struct samples *samples,
                   struct failure *failure);

/* Writes a JSON file. */
int output_json(const struct output *output, const char *name,
                const json_t *value, struct failure *failure);

#endif
