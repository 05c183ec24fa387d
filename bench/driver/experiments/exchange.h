/* What the parts of the exchange experiment share. */
#ifndef DRIVER_EXCHANGE_H
#define DRIVER_EXCHANGE_H

#include "measured.h"

struct exchange_channel {
    const char *name;    /* the case */
    const char *channel; /* the probe's word for it */
    const char *label, *note, *family;
};

/* variable, the baseline, first; its control second. */
extern const struct exchange_channel exchange_channels[];
extern const size_t exchange_channels_count;

struct exchange_placement {
    const char *name;
    const char *words; /* in a sentence */
    const char *cpus;  /* in a heading */
};

/* The headline first. */
extern const struct exchange_placement exchange_placements[];
extern const size_t exchange_placements_count;

/* Two ranks on two hosts of a hostfile; the case rank-two-hosts alone. */
extern const char exchange_other_host[];

struct exchange_size {
    unsigned long bytes;
    const char *words;
    unsigned batch; /* messages a sample of a stream */
};

/* Ascending. */
extern const struct exchange_size exchange_sizes[];
extern const size_t exchange_sizes_count;

/* latency, bandwidth; in the probe's words, latency and stream. */
struct exchange_quantity {
    const char *name, *mode;
};
extern const struct exchange_quantity exchange_quantities[];
extern const size_t exchange_quantities_count;

int exchange_conclude(const struct context *context, const struct plan *plan,
                      const struct samples *samples, struct report *report,
                      struct failure *failure);

/* What a chart is about: a quantity at a placement. */
struct exchange_view {
    const struct report *report;
    const struct exchange_placement *at;
    const char *quantity;
};

/* The summary of a case; NULL when there is none. */
const json_t *exchange_row(const struct exchange_view *view, const char *name,
                           const struct exchange_size *size);

/* Each chart's title, into EXCHANGE_TITLE bytes. */
enum { EXCHANGE_TITLE = 320 };
void exchange_title_latency(const struct exchange_view *view, char *title);
void exchange_title_bandwidth(const struct exchange_view *view, char *title);

/* Titles, captions and the short table, from what the report already holds.
 * 0 or -ENOMEM. */
int exchange_charts(const struct samples *samples, struct report *report);

#endif
