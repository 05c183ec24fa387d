/* One table: what is claimed, and the rule that decides. A rule reads verdicts
 * that intervals have given; it never looks at a median alone. */
#include "claims.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EVIDENCE = 256 };

/* How many comparisons came out which way. */
struct tally {
    unsigned more, less, equal;
    double lowest, highest; /* of the ratios */
};

static void tally_add(struct tally *tally, const json_t *comparison,
                      const char *more, const char *less)
{
    const char *verdict = report_text(comparison, "verdict");
    double ratio = report_get(comparison, "ratio");

    if (isnan(ratio))
        return;
    if (strcmp(verdict, more) == 0)
        tally->more++;
    else if (strcmp(verdict, less) == 0)
        tally->less++;
    else
        tally->equal++;
    tally->lowest = fmin(tally->lowest, ratio);
    tally->highest = fmax(tally->highest, ratio);
}

/* The verdict on a claim that says "more". */
static const char *tally_verdict(const struct tally *tally)
{
    unsigned all = tally->more + tally->less + tally->equal;

    if (all == 0)
        return "not measured";
    if (tally->more == all)
        return "holds here";
    if (tally->less == all)
        return "does not hold here";
    return tally->equal == all ? "no difference detected" : "depends";
}

/* C10: every way to start a process against a thread of the same placement,
 * the probe's own builds apart. */
static const char *creation(const struct report *report, char *evidence)
{
    struct tally tally = { .lowest = INFINITY };
    size_t i;
    json_t *object;

    json_array_foreach(report->comparisons, i, object)
    {
        const char *name = report_text(object, "case");
        const json_t *summary = report_find(report->summaries, "experiment",
                                            "creation", "case", name, NULL);
        const char *family = report_text(summary, "family");

        if (strcmp(report_text(object, "experiment"), "creation") == 0 &&
            strcmp(report_text(object, "base"), "pthread") == 0 &&
            (strcmp(family, "process") == 0 || strcmp(family, "program") == 0))
            tally_add(&tally, object, "costs more", "costs less");
    }
    if (tally.more + tally.less + tally.equal > 0)
        snprintf(evidence, EVIDENCE,
                 "a process costs %.2f to %.2f times a thread over %u pairs "
                 "of mechanism and placement; more in %u, less in %u, no "
                 "difference detected in %u",
                 tally.lowest, tally.highest,
                 tally.more + tally.less + tally.equal, tally.more, tally.less,
                 tally.equal);
    else
        snprintf(evidence, EVIDENCE, "run the experiment creation");
    return tally_verdict(&tally);
}

/* C9, as far as it is about work that shares nothing: threads against
 * processes on the same work. Exchange of data is another experiment's. */
static const char *sharing(const struct report *report, char *evidence)
{
    struct tally tally = { .lowest = INFINITY };
    size_t i;
    json_t *object;

    json_array_foreach(
        report->comparisons, i,
        object) if (strcmp(report_text(object, "experiment"), "speedup") == 0 &&
                    strcmp(report_text(object, "case"), "threads") == 0 &&
                    strcmp(report_text(object, "workload"), "primes") == 0)
        tally_add(&tally, object, "faster", "slower");
    if (tally.more + tally.less + tally.equal > 0)
        snprintf(evidence, EVIDENCE,
                 "CPU-bound work that shares nothing: threads take %.3f to "
                 "%.3f of the time of processes; faster at %u worker counts, "
                 "slower at %u, no difference detected at %u; exchange of "
                 "data not measured",
                 tally.lowest, tally.highest, tally.more, tally.less,
                 tally.equal);
    else
        snprintf(evidence, EVIDENCE, "run the experiment speedup");
    return tally_verdict(&tally);
}

static const char *not_measured(const struct report *report, char *evidence)
{
    (void)report;
    snprintf(evidence, EVIDENCE, "no experiment of this version decides it");
    return "not measured";
}

static const struct claim {
    const char *id, *statement;
    const char *(*rule)(const struct report *report, char *evidence);
} claims[] = {
    { "C1", "A change of memory made in one process stays in that process",
      not_measured },
    { "C2", "Processes exchange data only indirectly, for example by files",
      not_measured },
    { "C3", "Python needs processes to use several cores", not_measured },
    { "C4", "A process starts from a function or from an overridden run",
      not_measured },
    { "C5", "A thread starts in the same two ways", not_measured },
    { "C6", "The starter's next line comes before the worker's first",
      not_measured },
    { "C7", "Workers that nap run side by side and finish in their own order",
      not_measured },
    { "C8", "Threads share memory, handles and other state of their process",
      not_measured },
    { "C9", "Sharing memory makes a program much more efficient", sharing },
    { "C10", "The system creates a thread more cheaply than a process",
      creation },
    { "C11", "Threads are often far more efficient for concurrent tasks",
      not_measured },
};

int claims_judge(struct report *report)
{
    int rc = 0;

    json_array_clear(report->claims);
    for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]) && rc == 0; i++) {
        char evidence[EVIDENCE];
        const char *verdict = claims[i].rule(report, evidence);

        rc = report_add(report->claims,
                        json_pack("{s:s, s:s, s:s, s:s}", "id", claims[i].id,
                                  "statement", claims[i].statement, "verdict",
                                  verdict, "evidence", evidence));
    }
    return rc;
}
