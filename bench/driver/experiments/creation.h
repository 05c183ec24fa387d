/* What the parts of the creation experiment share. */
#ifndef DRIVER_CREATION_H
#define DRIVER_CREATION_H

#include "measured.h"

struct creation_placement {
    const char *name;
    const char *words; /* in a sentence */
};

/* The first is the headline. */
extern const struct creation_placement creation_placements[];
extern const size_t creation_placements_count;

/* One case while conclusions are drawn. */
struct creation_result {
    struct measured cost; /* until reaped, µs */
    size_t stamped;       /* in the plan; SIZE_MAX: none */
    struct paired ratio;  /* to a pthread; set by creation_compare */
    const char *verdict;  /* likewise */
};

struct creation_results {
    struct creation_result *all;
    size_t count;
};

enum { CREATION_SAMPLES = 20 }; /* of a block, where no tail is drawn */

/* Appends to the command what a block of that mechanism asks of the probe. 0
 * or -errno. */
int creation_words(const struct context *context, struct bench_case *added,
                   const char *mechanism, int samples, bool stamped, int cpu,
                   int child_cpu);

int creation_conclude(const struct context *context, const struct plan *plan,
                      const struct samples *samples, struct report *report,
                      struct failure *failure);

/* Adds the comparisons and warns of an unreliable control. 0 or -ENOMEM. */
int creation_compare(struct creation_results *results, struct report *report);

/* The summary of a case; the comparison of two. NULL when there is none. */
const json_t *creation_row(const struct report *report, const char *name,
                           const char *placement);
const json_t *creation_compared(const struct report *report, const char *name,
                                const char *base, const char *placement);

/* Each chart's title, into CREATION_TITLE bytes. */
enum { CREATION_TITLE = 160 };
void creation_title_rows(const struct report *report,
                         const struct creation_placement *at, char *title);
void creation_title_points(const struct report *report,
                           const struct creation_placement *at, char *title);
void creation_title_tails(const struct report *report,
                          const struct creation_placement *at, char *title);
void creation_title_placements(const struct report *report, char *title);
void creation_title_libc(const struct report *report,
                         const struct creation_placement *at, char *title);

/* Titles and captions, from what the report already holds. 0 or -ENOMEM. */
int creation_charts(const struct samples *samples, struct report *report);

#endif
