/* order, in words. A title that says "all" says of how many, since the next
 * start may be the first that is otherwise. */
#include "order.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = 256, CAPTION = 800 };

/* What was seen over all rows but the controls. */
struct seen {
    double starts, main_first;
    double lowest;        /* of the shares */
    double surest;        /* the highest lower end of their intervals */
    const json_t *rarest; /* the row with the lowest share */
    unsigned rows;
};

static struct seen look(const struct report *report)
{
    struct seen seen = { .lowest = 1 };
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        double share = report_get(object, "main_first_share");

        if (strcmp(report_text(object, "experiment"), "order") != 0 ||
            strcmp(report_text(object, "family"), "control") == 0 ||
            isnan(share))
            continue;
        seen.rows++;
        seen.starts += report_get(object, "starts");
        seen.main_first += report_get(object, "main_first");
        if (seen.rarest == NULL || share < seen.lowest) {
            seen.lowest = share;
            seen.rarest = object;
        }
        seen.surest = fmax(seen.surest, report_get(object, "share_low"));
    }
    return seen;
}

/* "99.93", "48": never rounded to a certainty that was not seen. */
static const char *percent(double share, char text[16])
{
    double value = share * 100;

    if (share == 0 || share == 1)
        snprintf(text, 16, "%.0f", value);
    else if (value > 99.99 || value < 0.01)
        snprintf(text, 16, value > 50 ? ">99.99" : "<0.01");
    else
        snprintf(text, 16, value > 90 || value < 10 ? "%.2f" : "%.0f", value);
    return text;
}

static const char *words_of(const char *placement)
{
    for (size_t p = 0; p < order_placements_count; p++)
        if (strcmp(order_placements[p].name, placement) == 0)
            return order_placements[p].words;
    return placement;
}

static void make_title(const struct report *report, char *title)
{
    struct seen seen = look(report);
    char low[16];

    if (seen.rows == 0)
        snprintf(title, TITLE,
                 "Whose line comes first, the starter's or the worker's");
    else if (seen.main_first == seen.starts)
        snprintf(title, TITLE,
                 "The starter's next line came first in all of %.0f starts "
                 "seen: usual, not guaranteed",
                 seen.starts);
    else if (seen.main_first == 0)
        snprintf(title, TITLE,
                 "The worker's line came first in all of %.0f starts seen",
                 seen.starts);
    else if (!(report_get(seen.rarest, "share_high") < seen.surest))
        snprintf(title, TITLE,
                 "The starter's next line came first in %.0f of %.0f starts",
                 seen.main_first, seen.starts);
    else
        snprintf(title, TITLE,
                 "The starter's next line came first in %.0f of %.0f starts; "
                 "most seldom for a %s %s: %s %%",
                 seen.main_first, seen.starts, report_text(seen.rarest, "case"),
                 words_of(report_text(seen.rarest, "placement")),
                 percent(seen.lowest, low));
}

/* Of all placements, the one whose control went furthest astray. */
static const json_t *worst_control(const struct report *report)
{
    const json_t *worst = NULL;

    for (size_t p = 0; p < order_placements_count; p++) {
        const json_t *row =
            order_row(report, "thread-again", order_placements[p].name);

        if (!isnan(report_get(row, "difference")) &&
            (worst == NULL || fabs(report_get(row, "difference")) >
                                  fabs(report_get(worst, "difference"))))
            worst = row;
    }
    return worst;
}

static void caption(const struct report *report, const struct samples *samples,
                    char *text)
{
    const json_t *control = worst_control(report);
    int used = snprintf(
        text, CAPTION,
        "The starter, once the call has returned, and the worker, as its first "
        "act, each take a ticket from one counter; lead: the worker's stamp "
        "less the starter's, median of the blocks. %u rounds in random order, "
        "a fresh program a block. Interval: 95 %%, Clopper and Pearson, as if "
        "starts did not depend on one another.",
        samples->rounds);

    if (control != NULL)
        snprintf(text + used, (size_t)(CAPTION - used),
                 " A/A control: shares differ by %.2f [%.2f, %.2f] points of "
                 "a hundred at most (%s).",
                 report_get(control, "difference") * 100,
                 report_get(control, "difference_low") * 100,
                 report_get(control, "difference_high") * 100,
                 report_text(control, "placement"));
}

/* "+2.60 µs", "-12.0 ms", or a dash. */
static const char *lead_words(const json_t *object, char text[48])
{
    double us = report_get(object, "median_us");
    char time[32];

    snprintf(text, 48, "-");
    if (!isnan(us))
        snprintf(text, 48, "%s%s", us < 0 ? "-" : "+",
                 experiment_time(fabs(us), time, sizeof(time)));
    return text;
}

static int print_rows(struct report *report)
{
    size_t i;
    json_t *object;
    int rc =
        report_line(report, "order: main first\tstarts\t%% [95 %% interval]\t"
                            "ahead by\tverdict");

    json_array_foreach (report->summaries, i, object) {
        char name[96], share[64] = "-", a[16], b[16], c[16], lead[48];
        double value = report_get(object, "main_first_share");

        if (rc < 0 || strcmp(report_text(object, "experiment"), "order") != 0 ||
            strcmp(report_text(object, "family"), "control") == 0)
            continue;
        snprintf(name, sizeof(name), "%s %s", report_text(object, "case"),
                 report_text(object, "placement"));
        if (!isnan(value))
            snprintf(share, sizeof(share), "%s [%s, %s]", percent(value, a),
                     percent(report_get(object, "share_low"), b),
                     percent(report_get(object, "share_high"), c));
        rc = report_line(report, "  %s\t%.0f\t%s\t%s\t%s", name,
                         isnan(value) ? 0 : report_get(object, "starts"), share,
                         lead_words(object, lead),
                         report_text(object, "verdict"));
    }
    return rc;
}

int order_charts(const struct samples *samples, struct report *report)
{
    char title[TITLE], text[CAPTION];
    int rc = print_rows(report);

    make_title(report, title);
    caption(report, samples, text);
    return rc == 0 ? report_chart(report, "order", title, text) : rc;
}
