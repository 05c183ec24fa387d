/* creation, in words: the title of each chart, which never claims more than
 * the interval supports, its footer, and the short table for the terminal. */
#include "creation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = 160, CAPTION = 700 };

static const json_t *row(const struct report *report, const char *name,
                         const char *placement)
{
    return report_find(report->summaries, "experiment", "creation", "case",
                       name, "placement", placement, NULL);
}

static const json_t *compared(const struct report *report, const char *name,
                              const char *base, const char *placement)
{
    return report_find(report->comparisons, "experiment", "creation", "case",
                       name, "base", base, "placement", placement, NULL);
}

/* The headline placement, or the first that was measured. */
static const struct creation_placement *headline(const struct report *report)
{
    for (size_t i = 0; i < creation_placements_count; i++)
        if (!isnan(
                report_get(row(report, "pthread", creation_placements[i].name),
                           "median_us")))
            return &creation_placements[i];
    return &creation_placements[0];
}

/* "8.2", "61": as many digits as a reader of a title wants. */
static const char *times(double ratio, char text[16])
{
    snprintf(text, 16, ratio >= 20 ? "%.0f" : "%.1f", ratio);
    return text;
}

/* From the smallest to the largest ratio of a process to a thread; false when
 * some interval does not support "more". */
static bool process_range(const struct report *report, const char *placement,
                          double *ret_low, double *ret_high)
{
    size_t i;
    json_t *object;

    *ret_low = INFINITY;
    *ret_high = 0;
    json_array_foreach(report->summaries, i, object)
    {
        const char *family = report_text(object, "family");
        double ratio = report_get(object, "ratio");

        if (strcmp(report_text(object, "experiment"), "creation") != 0 ||
            strcmp(report_text(object, "placement"), placement) != 0 ||
            strstr(report_text(object, "case"), "-static") != NULL ||
            (strcmp(family, "process") != 0 &&
             strcmp(family, "program") != 0) ||
            isnan(ratio))
            continue;
        if (!(report_get(object, "ratio_low") > 1))
            return false;
        *ret_low = fmin(*ret_low, ratio);
        *ret_high = fmax(*ret_high, ratio);
    }
    return *ret_high > 0;
}

static void title_rows(const struct report *report,
                       const struct creation_placement *at, char *title)
{
    const json_t *fork = row(report, "fork", at->name);
    char a[16], b[16], cost[32];
    double low, high;

    if (process_range(report, at->name, &low, &high)) {
        times(low, a);
        times(high, b);
        if (strcmp(a, b) == 0)
            snprintf(title, TITLE,
                     "Starting a process costs %s times as much "
                     "as a thread",
                     a);
        else
            snprintf(title, TITLE,
                     "Starting a process costs %s to %s times "
                     "as much as a thread",
                     a, b);
    } else if (report_get(fork, "ratio_low") > 1) {
        snprintf(title, TITLE, "fork costs %s times as much as a thread",
                 times(report_get(fork, "ratio"), a));
    } else if (!isnan(report_get(fork, "ratio"))) {
        snprintf(title, TITLE,
                 "No difference detected between fork and a "
                 "thread");
    } else {
        experiment_time(
            report_get(row(report, "pthread", at->name), "median_us"), cost,
            sizeof(cost));
        snprintf(title, TITLE, "A thread costs %s from call to join", cost);
    }
}

static void title_points(const struct report *report,
                         const struct creation_placement *at, char *title)
{
    static const char *const names[] = { "fork", "clone3", "pthread" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const json_t *object = row(report, names[i], at->name);
        double share = report_get(object, "returned_us") /
                       report_get(object, "stamped_reaped_us");

        if (isnan(share))
            continue;
        snprintf(title, TITLE,
                 "%s has returned after %.0f %% of what it "
                 "costs",
                 strcmp(names[i], "pthread") == 0 ? "pthread_create" : names[i],
                 share * 100);
        return;
    }
    snprintf(title, TITLE, "When a new flow of control returns, starts, ends");
}

static void title_tails(const struct report *report,
                        const struct creation_placement *at, char *title)
{
    const json_t *fork = row(report, "fork", at->name);
    const json_t *object = isnan(report_get(fork, "median_us"))
                               ? row(report, "pthread", at->name)
                               : fork;
    const char *name = object == fork ? "fork" : "thread";
    double median = report_get(object, "median_us");
    double p99 = report_get(object, "p99_us");
    char a[16];

    if (!isnan(p99))
        snprintf(title, TITLE,
                 "One %s in a hundred takes %s times the median "
                 "or more",
                 name, times(p99 / median, a));
    else
        snprintf(title, TITLE,
                 "The slowest of %.0f %ss took %s times the "
                 "median",
                 report_get(object, "n"), name,
                 times(report_get(object, "max_us") / median, a));
}

/* fork in threads, here and there; "changes" only when the intervals part. */
static void title_placements(const struct report *report, char *title)
{
    const json_t *same = compared(report, "fork", "pthread", "same-cpu");
    const json_t *free_ = compared(report, "fork", "pthread", "free");
    double here = report_get(same, "ratio"), there = report_get(free_, "ratio");
    char a[16], b[16];

    if (isnan(here) || isnan(there))
        snprintf(title, TITLE, "Where the child runs is part of its cost");
    else if (report_get(same, "ratio_low") > report_get(free_, "ratio_high") ||
             report_get(same, "ratio_high") < report_get(free_, "ratio_low"))
        snprintf(title, TITLE,
                 "A fork costs %s threads on one CPU, %s where "
                 "the scheduler chooses",
                 times(here, a), times(there, b));
    else
        snprintf(title, TITLE,
                 "What a fork costs in threads: no difference by placement "
                 "detected");
}

static void title_libc(const struct report *report,
                       const struct creation_placement *at, char *title)
{
    const json_t *ratio = compared(report, "pthread-musl-static",
                                   "pthread-glibc-static", at->name);
    char a[16];

    if (isnan(report_get(ratio, "ratio")))
        snprintf(title, TITLE, "What the C library adds to a creation");
    else if (report_get(ratio, "ratio_low") > 1)
        snprintf(title, TITLE,
                 "A thread costs %s times as much with musl as "
                 "with glibc",
                 times(report_get(ratio, "ratio"), a));
    else if (report_get(ratio, "ratio_high") < 1)
        snprintf(title, TITLE,
                 "A thread costs %s times as much with glibc as "
                 "with musl",
                 times(1 / report_get(ratio, "ratio"), a));
    else
        snprintf(title, TITLE,
                 "No difference detected between threads of "
                 "musl and of glibc");
}

/* What all captions begin with: where, how many, how. */
static int caption_begin(const struct samples *samples,
                         const struct report *report, const char *placement,
                         const char *where, char *caption)
{
    const json_t *pthread = row(report, "pthread", placement);

    return snprintf(caption, CAPTION,
                    "%s. n = %.0f a row or fewer: %u rounds in random order, "
                    "a fresh process a block, none dropped. ",
                    where, report_get(pthread, "n"), samples->rounds);
}

/* Numbers with intervals: what the intervals are, and the noise floor. */
static void caption_intervals(const struct report *report,
                              const char *placement, const char *name,
                              char *caption, int used)
{
    const json_t *control =
        compared(report, "pthread-again", "pthread", placement);
    const json_t *pthread = row(report, "pthread", placement);
    double comparisons =
        report_get(report_find(report->comparisons, "experiment", "creation",
                               "case", name, "placement", placement, NULL),
                   "comparisons");

    used += snprintf(caption + used, (size_t)(CAPTION - used),
                     "Median and its 95 %% interval: from the ranks of %.0f "
                     "block medians. Ratio: median of paired blocks; 95 %% "
                     "for all %.0f together.",
                     report_get(pthread, "blocks"), fmax(1, comparisons));
    if (!isnan(report_get(control, "ratio")))
        snprintf(caption + used, (size_t)(CAPTION - used),
                 " A/A control: %.3f [%.3f, %.3f].",
                 report_get(control, "ratio"), report_get(control, "ratio_low"),
                 report_get(control, "ratio_high"));
}

/* "8.42 µs  1.0×", or a dash. */
static void cell(const json_t *object, char *text, size_t size)
{
    double ratio = report_get(object, "ratio");
    char cost[32];

    if (isnan(report_get(object, "median_us"))) {
        snprintf(text, size, "-");
        return;
    }
    experiment_time(report_get(object, "median_us"), cost, sizeof(cost));
    if (isnan(ratio))
        snprintf(text, size, "%s      ", cost);
    else
        snprintf(text, size, "%s %4.*f×", cost, ratio < 99.5, ratio);
}

/* What a person reads at the end: a line a case, a column a placement. */
static int print_rows(struct report *report)
{
    size_t i;
    json_t *object;
    int rc = report_line(report, "creation: median, × pthread\ton one CPU\t"
                                 "on another\tfree");

    json_array_foreach(report->summaries, i, object)
    {
        const char *name = report_text(object, "case");
        char cells[3][48];

        /* One line a case, where it comes first. */
        if (strcmp(report_text(object, "experiment"), "creation") != 0 ||
            report_find(report->summaries, "experiment", "creation", "case",
                        name, NULL) != object)
            continue;
        for (size_t p = 0; p < creation_placements_count; p++)
            cell(row(report, name, creation_placements[p].name), cells[p],
                 sizeof(cells[p]));
        if (rc == 0)
            rc = report_line(report, "  %s\t%s\t%s\t%s", name, cells[0],
                             cells[1], cells[2]);
    }
    return rc;
}

static int chart_rows(const struct samples *samples, struct report *report,
                      const struct creation_placement *at, const char *where)
{
    char title[TITLE], caption[CAPTION];
    int used = caption_begin(samples, report, at->name, where, caption);

    caption_intervals(report, at->name, "fork", caption, used);
    title_rows(report, at, title);
    return report_chart(report, "creation", title, caption);
}

static int chart_placements(const struct samples *samples,
                            struct report *report,
                            const struct creation_placement *at)
{
    char title[TITLE], caption[CAPTION];
    int used = caption_begin(samples, report, at->name,
                             "Same CPU: both pinned to one; other CPU: the "
                             "child moves there first, which is part of its "
                             "cost; free: nothing is pinned",
                             caption);

    caption_intervals(report, at->name, "fork", caption, used);
    title_placements(report, title);
    return report_chart(report, "creation-placements", title, caption);
}

static int chart_tails(const struct samples *samples, struct report *report,
                       const struct creation_placement *at, const char *where)
{
    char title[TITLE], caption[CAPTION];
    int used = caption_begin(samples, report, at->name, where, caption);

    snprintf(caption + used, (size_t)(CAPTION - used),
             "The sign at a curve's end is its slowest sample.");
    title_tails(report, at, title);
    return report_chart(report, "creation-tails", title, caption);
}

static int chart_libc(const struct samples *samples, struct report *report,
                      const char *where)
{
    const char *placement = creation_placements[0].name;
    char title[TITLE], caption[CAPTION];
    int used = caption_begin(samples, report, placement, where, caption);

    used += snprintf(caption + used, (size_t)(CAPTION - used),
                     "The same sources, linked statically with either "
                     "library. ");
    caption_intervals(report, placement, "pthread-musl-static", caption, used);
    title_libc(report, &creation_placements[0], title);
    return report_chart(report, "creation-libc", title, caption);
}

static int chart_points(struct report *report,
                        const struct creation_placement *at, const char *where)
{
    char title[TITLE], caption[CAPTION];

    snprintf(caption, CAPTION,
             "%s. Medians of blocks of their own, every third round: a child "
             "that notes its start costs more than one that does not. Faults "
             "and switches: per creation, parent and child together, from the "
             "blocks without that note.",
             where);
    title_points(report, at, title);
    return report_chart(report, "creation-points", title, caption);
}

int creation_charts(const struct samples *samples, struct report *report)
{
    const struct creation_placement *at = headline(report);
    char where[64];

    snprintf(where, sizeof(where), "Parent and child %s", at->words);
    int rc = chart_rows(samples, report, at, where);
    if (rc == 0)
        rc = chart_placements(samples, report, at);
    if (rc == 0)
        rc = chart_tails(samples, report, at, where);
    if (rc == 0)
        rc = chart_libc(samples, report, where);
    if (rc == 0)
        rc = chart_points(report, at, where);
    if (rc == 0)
        rc = print_rows(report);
    return rc;
}
