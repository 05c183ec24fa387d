/* What the parts of the memory experiment share. */
#ifndef DRIVER_MEMORY_H
#define DRIVER_MEMORY_H

#include "measured.h"

enum { MEMORY_PAIRS = 6 }; /* the fewest for an interval of ranks at 95 % */

/* The parent's touched memory, in MiB, ascending; the first is 0. */
enum { MEMORY_SIZES = 7 };
extern const int memory_sizes[MEMORY_SIZES];

/* Of one size each; nothing touched is no page of any size and counts as 4k. */
enum { MEMORY_PAGES = 2 };
extern const char *const memory_pages[MEMORY_PAGES];

extern const char memory_placement[];

struct memory_kind {
    const char *name; /* the mechanism's, in the probe */
    const char *family, *label, *note;
    const char *needs; /* the program that it starts; "": none */
    /* The largest parent but in the profile thorough: to touch so much takes
     * longer than to measure; 0: any. */
    int most_mib;
};

extern const struct memory_kind memory_kinds[];
extern const size_t memory_kinds_count;

/* One case while conclusions are drawn. */
struct memory_result {
    struct measured measured; /* µs: of a creation, or of all writes */
    int mib;
    const char *pages;
    double written;      /* pages that were written; NAN: none */
    struct paired ratio; /* to its baseline; set by memory_compare */
    const char *verdict; /* likewise */
};

struct memory_results {
    struct memory_result *all;
    size_t count;
};

int memory_conclude(const struct context *context, const struct plan *plan,
                    const struct samples *samples, struct report *report,
                    struct failure *failure);

/* The measured result of that name, size and pages; NULL when there is none. */
const struct memory_result *memory_find(const struct memory_results *results,
                                        const char *name, int mib,
                                        const char *pages);

/* Adds the slopes between neighbouring sizes, and for each mechanism and size
 * of pages the line through as many sizes as lie on one. 0 or -ENOMEM. */
int memory_fit(const struct memory_results *results, struct report *report);

/* The summary of a case; that of a writer, which has one size; the line through
 * a mechanism's sizes. NULL when there is none. */
const json_t *memory_row(const struct report *report, const char *name, int mib,
                         const char *pages);
const json_t *memory_writer(const struct report *report, const char *name,
                            const char *pages);
const json_t *memory_line(const struct report *report, const char *name,
                          const char *pages);

/* "61", "6.1", "0.61": nanoseconds for a sentence. */
const char *memory_brief(double ns, char text[16]);

/* Each chart's title, into MEMORY_TITLE bytes. */
enum { MEMORY_TITLE = 200 };
void memory_title_growth(const struct report *report, char *title);
void memory_title_pages(const struct report *report, char *title);

/* Titles, captions and lines, from what the report already holds. 0 or
 * -ENOMEM. */
int memory_charts(const struct context *context, const struct samples *samples,
                  struct report *report);

#endif
