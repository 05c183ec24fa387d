/* creation, in words: each chart's footer, and the short table for the
 * terminal. Titles are in creation_titles.c. */
#include "creation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = CREATION_TITLE, CAPTION = 700 };

const json_t *creation_row(const struct report *report, const char *name,
                           const char *placement)
{
    return report_find(report->summaries, "experiment", "creation", "case",
                       name, "placement", placement, NULL);
}

const json_t *creation_compared(const struct report *report, const char *name,
                                const char *base, const char *placement)
{
    return report_find(report->comparisons, "experiment", "creation", "case",
                       name, "base", base, "placement", placement, NULL);
}

/* The headline placement, or the first that was measured. */
static const struct creation_placement *headline(const struct report *report)
{
    for (size_t i = 0; i < creation_placements_count; i++)
        if (!isnan(report_get(
                creation_row(report, "pthread", creation_placements[i].name),
                "median_us")))
            return &creation_placements[i];
    return &creation_placements[0];
}

/* What all captions begin with: where, how many, how. */
static int caption_begin(const struct samples *samples,
                         const struct report *report, const char *placement,
                         const char *where, char *caption)
{
    const json_t *pthread = creation_row(report, "pthread", placement);

    return snprintf(caption, CAPTION,
                    "%s. n = %.0f a row or fewer: %u rounds in random order, "
                    "a fresh process a block, none dropped. ",
                    where, fmax(0, report_get(pthread, "n")), samples->rounds);
}

/* Numbers with intervals: what the intervals are, and the noise floor. */
static void caption_intervals(const struct report *report,
                              const char *placement, const char *name,
                              char *caption, int used)
{
    const json_t *control =
        creation_compared(report, "pthread-again", "pthread", placement);
    const json_t *pthread = creation_row(report, "pthread", placement);
    double comparisons =
        report_get(report_find(report->comparisons, "experiment", "creation",
                               "case", name, "placement", placement, NULL),
                   "comparisons");

    used +=
        snprintf(caption + used, (size_t)(CAPTION - used),
                 "Median and its 95 %% interval: from the ranks of %.0f "
                 "block medians. Ratio: median of paired blocks; 95 %% "
                 "for all %.0f together.",
                 fmax(0, report_get(pthread, "blocks")), fmax(1, comparisons));
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

    json_array_foreach (report->summaries, i, object) {
        const char *name = report_text(object, "case");
        char cells[3][48];

        /* One line a case, where it comes first. */
        if (strcmp(report_text(object, "experiment"), "creation") != 0 ||
            report_find(report->summaries, "experiment", "creation", "case",
                        name, NULL) != object)
            continue;
        for (size_t p = 0; p < creation_placements_count; p++)
            cell(creation_row(report, name, creation_placements[p].name),
                 cells[p], sizeof(cells[p]));
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
    creation_title_rows(report, at, title);
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
    creation_title_placements(report, title);
    return report_chart(report, "creation-placements", title, caption);
}

static int chart_tails(const struct samples *samples, struct report *report,
                       const struct creation_placement *at, const char *where)
{
    char title[TITLE], caption[CAPTION];
    int used = caption_begin(samples, report, at->name, where, caption);

    snprintf(caption + used, (size_t)(CAPTION - used),
             "The sign at a curve's end is its slowest sample.");
    creation_title_tails(report, at, title);
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
    creation_title_libc(report, &creation_placements[0], title);
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
    creation_title_points(report, at, title);
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
