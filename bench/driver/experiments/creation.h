/* What the two halves of the creation experiment share. */
#ifndef DRIVER_CREATION_H
#define DRIVER_CREATION_H

#include "experiment.h"

struct creation_placement {
    const char *name;
    const char *words; /* in a sentence */
};

/* The first is the headline. */
extern const struct creation_placement creation_placements[];
extern const size_t creation_placements_count;

int creation_conclude(const struct context *context, const struct plan *plan,
                      const struct samples *samples, struct report *report,
                      struct failure *failure);

/* Titles and captions, from what the report already holds. 0 or -ENOMEM. */
int creation_charts(const struct samples *samples, struct report *report);

#endif
