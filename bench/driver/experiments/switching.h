/* What the parts of the switching experiment share. */
#ifndef DRIVER_SWITCHING_H
#define DRIVER_SWITCHING_H

#include "measured.h"

struct switching_placement {
    const char *name;
    const char *words; /* in a sentence */
};

enum { SWITCHING_PLACEMENTS = 2 };

/* The first is the headline. */
extern const struct switching_placement
    switching_placements[SWITCHING_PLACEMENTS];

int switching_conclude(const struct context *context, const struct plan *plan,
                       const struct samples *samples, struct report *report,
                       struct failure *failure);

/* Title, caption and lines, from what the report already holds. 0 or
 * -ENOMEM. */
int switching_charts(const struct samples *samples, struct report *report);

#endif
