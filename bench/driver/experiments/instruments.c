/* instruments: do two instruments agree? hyperfine times whole runs of the
 * probe at several creation counts; the slope of its line is a cost per
 * creation that never saw our clock. Ours is the mean over the same range of
 * creations. Both are pinned, and paired by round. */
#include "experiment.h"
#include "hyperfine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTS = 3, TITLE = 160, CAPTION = 512 };

/* Creations at effort 1, so that a run takes a few milliseconds. */
static const struct subject {
    const char *mechanism, *label, *family;
    unsigned fewest;
} subjects[] = {
    { "pthread", "pthread_create + join", "thread", 200 },
    { "fork", "fork + _exit + wait", "process", 20 },
};
enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]) };

static unsigned creations(const struct context *context,
                          const struct subject *subject, unsigned i)
{
    return (subject->fewest << i) * context->options.profile->effort;
}

/* ---- plan ---- */

static struct bench_case *add_case(struct plan *plan,
                                   const struct subject *subject,
                                   const char *instrument)
{
    struct bench_case *added = plan_add(plan);

    if (added == NULL)
        return NULL;
    snprintf(added->name, sizeof(added->name), "%s", subject->mechanism);
    snprintf(added->label, sizeof(added->label), "%s", subject->label);
    snprintf(added->note, sizeof(added->note),
             "our mean against hyperfine's slope");
    snprintf(added->family, sizeof(added->family), "%s", subject->family);
    snprintf(added->placement, sizeof(added->placement), "same-cpu");
    bench_case_parameter(added, 0, "instrument", "%s", instrument);
    return added;
}

/* Warm-up is what the shortest of hyperfine's runs does; the samples are what
 * its longest does beyond that: so both look at the same creations. */
static int add_ours(const struct context *context, struct plan *plan,
                    const struct subject *subject)
{
    struct bench_case *added = add_case(plan, subject, "probe");
    if (added == NULL)
        return -ENOMEM;

    unsigned fewest = creations(context, subject, 0);
    unsigned most = creations(context, subject, COUNTS - 1);
    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(
            added, "creation mechanism=%s cpu=%d warmup=%u samples=%u",
            subject->mechanism, context->machine.first_cpu, fewest,
            most - fewest);
    return rc;
}

static int add_hyperfine(const struct context *context, struct plan *plan,
                         const struct subject *subject)
{
    enum { RUNS = 2 };
    char probe[HYPERFINE_QUOTED];
    struct bench_case *added = add_case(plan, subject, "hyperfine");
    if (added == NULL)
        return -ENOMEM;

    added->read = hyperfine_rows;
    hyperfine_quote(context->programs, "probe", probe);
    /* No shell between: -N. The JSON goes to standard output. */
    int rc = bench_case_words(
        added, "hyperfine -N --style=none --runs=%d --export-json=/dev/stdout",
        RUNS);
    for (unsigned i = 0; i < COUNTS && rc == 0; i++)
        rc = bench_case_argument(
            added,
            "%s creation mechanism=%s cpu=%d warmup=0 rows=none samples=%u",
            probe, subject->mechanism, context->machine.first_cpu,
            creations(context, subject, i));
    return rc;
}

static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    snprintf(ret_placements, EXPERIMENT_NAMES, "same-cpu");
    ret_cases[0] = '\0';
    for (size_t i = 0; i < SUBJECTS; i++)
        experiment_add_name(ret_cases, subjects[i].mechanism);
    return hyperfine_check(context->stop, failure);
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    int rc = 0;

    for (size_t i = 0; i < SUBJECTS && rc == 0; i++) {
        if (!context_asked(context->options.cases, subjects[i].mechanism))
            continue;
        rc = add_ours(context, ret, &subjects[i]);
        if (rc == 0)
            rc = add_hyperfine(context, ret, &subjects[i]);
    }
    return rc < 0 ? failure_note(failure, rc, "cannot plan instruments") : 0;
}

/* ---- conclusions ---- */

/* Agreed: the difference may be none, or is within five per cent. */
static const char *verdict_of(const struct paired *paired)
{
    if (isnan(paired->ratio))
        return "not measured";
    if (paired->interval.low <= 1 && paired->interval.high >= 1)
        return "agree";
    if (fabs(paired->ratio - 1) <= 0.05)
        return "agree within 5 %";
    return "disagree";
}

static json_t *summary(const struct bench_case *ours,
                       const struct bench_case *theirs,
                       const struct series *means, const struct series *slopes,
                       const struct paired *paired)
{
    struct interval mean = { .low = NAN, .high = NAN };
    struct interval slope = { .low = NAN, .high = NAN };

    (void)statistics_median_interval(means->by_round, means->rounds, 0.95,
                                     &mean);
    (void)statistics_median_interval(slopes->by_round, slopes->rounds, 0.95,
                                     &slope);
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:{}, s:i, s:i, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:o, s:s, s:s}",
        "experiment", "instruments", "case", ours->name, "label", ours->label,
        "note", ours->note, "family", ours->family, "placement",
        ours->placement, "parameters", "n", (int)means->n, "blocks",
        (int)paired->n, "mean_us",
        report_number(statistics_median(means->by_round, means->rounds)),
        "mean_low_us", report_number(mean.low), "mean_high_us",
        report_number(mean.high), "slope_us",
        report_number(statistics_median(slopes->by_round, slopes->rounds)),
        "slope_low_us", report_number(slope.low), "slope_high_us",
        report_number(slope.high), "difference_percent",
        report_number((paired->ratio - 1) * 100), "difference_low_percent",
        report_number((paired->interval.low - 1) * 100),
        "difference_high_percent",
        report_number((paired->interval.high - 1) * 100), "verdict",
        verdict_of(paired), "unavailable",
        ours->unavailable[0] != '\0' ? ours->unavailable : theirs->unavailable);
}

static int conclude_pair(const struct plan *plan, const struct samples *samples,
                         size_t ours, struct report *report)
{
    struct series means = { .rounds = 0 }, slopes = { .rounds = 0 };
    struct paired paired = experiment_no_pair;
    size_t theirs = ours + 1;

    int rc = series_read(samples, ours, "reaped_ns", 1e-3, series_mean, &means);
    if (rc == 0)
        rc = hyperfine_slopes(samples, theirs, &slopes);
    if (rc == 0) {
        const struct comparison comparison = {
            .experiment = "instruments",
            .name = plan->cases[ours].name,
            .base = "hyperfine",
            .placement = plan->cases[ours].placement,
            .level = 0.95,
            .comparisons = 1,
            .more = "ours is higher",
            .less = "ours is lower",
        };
        rc = experiment_compare(report, &comparison, &means, &slopes, &paired);
    }
    if (rc == 0)
        rc = report_add(report->summaries,
                        summary(&plan->cases[ours], &plan->cases[theirs],
                                &means, &slopes, &paired));
    if (rc == 0)
        rc = hyperfine_keep(&plan->cases[theirs], samples, theirs, report);
    series_free(&means);
    series_free(&slopes);
    return rc;
}

static int words(const struct samples *samples, struct report *report)
{
    size_t i;
    json_t *object;
    char title[TITLE] = "", caption[CAPTION];
    bool agree = true, measured = true;
    double widest = 0;
    int rc = report_line(report, "instruments: per creation\tours, mean\t"
                                 "hyperfine, slope\tpaired difference");

    json_array_foreach (report->summaries, i, object) {
        double difference = report_get(object, "difference_percent");
        char ours[32], theirs[32], percent[32];

        if (strcmp(report_text(object, "experiment"), "instruments") != 0)
            continue;
        experiment_time(report_get(object, "mean_us"), ours, sizeof(ours));
        experiment_time(report_get(object, "slope_us"), theirs, sizeof(theirs));
        snprintf(percent, sizeof(percent), isnan(difference) ? "-" : "%+.1f %%",
                 difference);
        measured = measured && !isnan(difference);
        agree =
            agree && strncmp(report_text(object, "verdict"), "agree", 5) == 0;
        widest = fmax(
            widest, fmax(fabs(report_get(object, "difference_low_percent")),
                         fabs(report_get(object, "difference_high_percent"))));
        if (rc == 0)
            rc =
                report_line(report, "  %s\t%s\t%s\t%s",
                            report_text(object, "case"), ours, theirs, percent);
    }
    if (!measured)
        snprintf(title, sizeof(title),
                 "Do two instruments, hyperfine and the probe, agree?");
    else if (agree)
        snprintf(title, sizeof(title),
                 "Two instruments, hyperfine and the probe, agree within "
                 "%.0f %%",
                 ceil(widest));
    else
        snprintf(title, sizeof(title),
                 "Two instruments, hyperfine and the probe, do not agree");
    snprintf(caption, sizeof(caption),
             "Ours: mean of single creations. hyperfine: slope of whole runs "
             "of the same program over %d creation counts. Both on one CPU, "
             "paired in %u rounds; bars: 95 %% interval of the median "
             "difference by the sign test. Agree: it includes 0, or "
             "the median difference is within 5 %%.",
             COUNTS, samples->rounds);
    return rc == 0 ? report_chart(report, "instruments", title, caption) : rc;
}

static int conclude(const struct context *context, const struct plan *plan,
                    const struct samples *samples, struct report *report,
                    struct failure *failure)
{
    int rc = 0;

    (void)context;
    for (size_t i = 0; i + 1 < plan->count && rc == 0; i += 2)
        rc = conclude_pair(plan, samples, i, report);
    if (rc == 0)
        rc = words(samples, report);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}

const struct experiment experiment_instruments = {
    .name = "instruments",
    .question = "do two instruments agree?",
    .summary_columns =
        "case,label,note,family,placement,n,blocks,mean_us,mean_low_us,"
        "mean_high_us,slope_us,slope_low_us,slope_high_us,difference_percent,"
        "difference_low_percent,difference_high_percent,verdict,unavailable",
    .budget_s = { 1, 3, 60 },
    .rounds_at_least = { 6, 8, 8 },
    .check = check,
    .plan = plan_make,
    .conclude = conclude,
};
