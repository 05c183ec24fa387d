/* What the parts of the order experiment share. */
#ifndef DRIVER_ORDER_H
#define DRIVER_ORDER_H

#include "measured.h"

struct order_placement {
    const char *name;
    const char *words; /* in a sentence */
};
extern const struct order_placement order_placements[];
extern const size_t order_placements_count;

int order_conclude(const struct context *context, const struct plan *plan,
                   const struct samples *samples, struct report *report,
                   struct failure *failure);

/* The summary of a case; NULL when there is none. */
const json_t *order_row(const struct report *report, const char *name,
                        const char *placement);

/* Title, caption and the short table, from what the report already holds. 0 or
 * -ENOMEM. */
int order_charts(const struct samples *samples, struct report *report);

#endif
