/* Counting what comparisons came out as, and saying it with numbers: what the
 * rules for claims share. */
#ifndef DRIVER_CLAIMS_COUNT_H
#define DRIVER_CLAIMS_COUNT_H

#include "report.h"

#include <stdbool.h>
#include <stddef.h>

/* What a rule has to say beside its verdict: a sentence with the numbers. */
struct evidence {
    char text[800];
    size_t used;
};

/* Appends formatted words; what does not fit is cut. */
__attribute__((format(printf, 2, 3))) void evidence_add(
    struct evidence *evidence, const char *format, ...);

/* Appends a value with its interval: "8.17 [8.12, 8.21]", from the keys KEY,
 * KEY_low and KEY_high. */
void evidence_ratio(struct evidence *evidence, const json_t *object,
                    const char *key);

/* Which comparisons; NULL: any. */
struct filter {
    const char *experiment, *name, *base;
    const char *key, *value;         /* of a parameter */
    double workers_from, workers_to; /* 0 and 0: any */
    bool processes_only;             /* the case's family: process, program */
};

/* Whether that value of the object is this text; NULL: it always is. */
bool claims_is(const json_t *object, const char *key, const char *value);

/* Whether the filter lets it through, and its ratio was measured. */
bool filter_matches(const struct report *report, const struct filter *filter,
                    const json_t *object);

enum { TALLY_NAMED = 3 };

struct tally {
    unsigned more, less, equal;
    const json_t *lowest, *highest;    /* by their ratio */
    const json_t *others[TALLY_NAMED]; /* the first that are not "more" */
    unsigned named;
};

/* Adds the comparisons that match; "more" and "less" are their verdicts. */
void tally_count(const struct report *report, const struct filter *filter,
                 const char *more, const char *less, struct tally *tally);

unsigned tally_all(const struct tally *tally);

/* The verdict on a claim that says "more". */
const char *tally_verdict(const struct tally *tally);

/* Appends the range, and how many comparisons came out which way. */
void evidence_tally(struct evidence *evidence, const struct tally *tally,
                    const char *more, const char *less);

#endif
