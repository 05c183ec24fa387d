/* switching, in words: a title that claims what the intervals support, the
 * footer, and the short table for the terminal. */
#include "switching.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = 160, CAPTION = 900 };

static const json_t *row(const struct report *report, const char *name,
                         const char *placement)
{
    return report_find(report->summaries, "experiment", "switching", "case",
                       name, "placement", placement, NULL);
}

static const json_t *compared(const struct report *report, const char *name,
                              const char *base, const char *placement)
{
    return report_find(report->comparisons, "experiment", "switching", "case",
                       name, "base", base, "placement", placement, NULL);
}

static bool is_verdict(const json_t *comparison, const char *verdict)
{
    return strcmp(report_text(comparison, "verdict"), verdict) == 0;
}

/* The headline placement, or the other when only that was measured. */
static const struct switching_placement *headline(const struct report *report)
{
    for (size_t p = 0; p < SWITCHING_PLACEMENTS; p++)
        for (size_t i = 0; i < json_array_size(report->summaries); i++) {
            const json_t *object = json_array_get(report->summaries, i);

            if (strcmp(report_text(object, "experiment"), "switching") == 0 &&
                strcmp(report_text(object, "placement"),
                       switching_placements[p].name) == 0 &&
                !isnan(report_get(object, "median_us")))
                return &switching_placements[p];
        }
    return &switching_placements[0];
}

/* "1.24", "8.2": as many digits as a reader of a title wants. */
static const char *times(double ratio, char text[16])
{
    snprintf(text, 16,
             ratio >= 20  ? "%.0f"
             : ratio >= 2 ? "%.1f"
                          : "%.2f",
             ratio);
    return text;
}

/* One means: what a process costs in threads. */
static void title_of_one(const json_t *comparison, const char *means,
                         const char *where, char *title)
{
    char a[16];

    if (is_verdict(comparison, "no difference detected"))
        snprintf(title, TITLE,
                 "No difference detected between switching processes and "
                 "threads by %s %s",
                 means, where);
    else
        snprintf(title, TITLE,
                 "By %s, switching between processes costs %s times as much "
                 "as between threads %s",
                 means, times(report_get(comparison, "ratio"), a), where);
}

/* One means shows a difference, the other none, or the opposite. */
static void title_of_unlike(const json_t *pipe, const json_t *futex,
                            const char *where, char *title)
{
    bool by_pipe = is_verdict(futex, "no difference detected");
    char a[16], b[16];

    if (by_pipe || is_verdict(pipe, "no difference detected"))
        snprintf(title, TITLE,
                 "By %s, switching between processes costs %s times as much "
                 "as between threads %s; by %s, no difference detected",
                 by_pipe ? "pipe" : "futex",
                 times(report_get(by_pipe ? pipe : futex, "ratio"), a), where,
                 by_pipe ? "futex" : "pipe");
    else
        snprintf(title, TITLE,
                 "Switching between processes costs %s (pipe) and %s (futex) "
                 "times as much as between threads %s",
                 times(report_get(pipe, "ratio"), a),
                 times(report_get(futex, "ratio"), b), where);
}

static void title_of_both(const json_t *pipe, const json_t *futex,
                          const char *where, char *title)
{
    double p = report_get(pipe, "ratio"), f = report_get(futex, "ratio");
    char a[16], b[16];

    times(fmin(p, f), a);
    times(fmax(p, f), b);
    if (!is_verdict(pipe, report_text(futex, "verdict")))
        title_of_unlike(pipe, futex, where, title);
    else if (is_verdict(pipe, "no difference detected"))
        snprintf(title, TITLE,
                 "No difference detected between switching processes and "
                 "threads %s",
                 where);
    else
        snprintf(title, TITLE,
                 "Switching between processes costs %s%s%s times as much as "
                 "between threads %s",
                 a, strcmp(a, b) != 0 ? " to " : "", strcmp(a, b) != 0 ? b : "",
                 where);
}

static void title_make(const struct report *report,
                       const struct switching_placement *at, char *title)
{
    const json_t *pipe =
        compared(report, "process-pipe", "thread-pipe", at->name);
    const json_t *futex =
        compared(report, "process-futex", "thread-futex", at->name);
    bool has_pipe = !isnan(report_get(pipe, "ratio"));
    bool has_futex = !isnan(report_get(futex, "ratio"));
    double us =
        fmin(report_get(row(report, "thread-pipe", at->name), "median_us"),
             report_get(row(report, "thread-futex", at->name), "median_us"));
    char cost[32];

    if (has_pipe && has_futex)
        title_of_both(pipe, futex, at->words, title);
    else if (has_pipe || has_futex)
        title_of_one(has_pipe ? pipe : futex, has_pipe ? "pipe" : "futex",
                     at->words, title);
    else if (!isnan(us))
        snprintf(title, TITLE, "Changing over to another thread costs %s %s",
                 experiment_time(us, cost, sizeof(cost)), at->words);
    else
        snprintf(title, TITLE, "What changing over to another flow costs");
}

/* The fewest context switches of any pair, the most of any bare loop. */
static int caption_proof(const struct report *report, char *caption,
                         size_t size)
{
    double pairs = INFINITY, most = 0, alone = 0;
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        double switches = report_get(object, "switches");
        bool bare = strncmp(report_text(object, "case"), "self-", 5) == 0;

        if (strcmp(report_text(object, "experiment"), "switching") != 0 ||
            isnan(switches))
            continue;
        if (bare)
            alone = fmax(alone, switches);
        else {
            pairs = fmin(pairs, switches);
            most = fmax(most, switches);
        }
    }
    if (isinf(pairs))
        return 0;
    return snprintf(caption, size,
                    " The kernel counted %.2f to %.2f context switches a "
                    "hand-over in the pairs, and at most %.2f alone.",
                    pairs, most, alone);
}

static void caption_make(const struct samples *samples,
                         const struct report *report,
                         const struct switching_placement *at, char *caption)
{
    const json_t *base = row(report, "thread-futex", at->name);
    if (isnan(report_get(base, "median_us")))
        base = row(report, "thread-pipe", at->name);
    const json_t *control =
        compared(report, "thread-futex-again", "thread-futex", at->name);
    if (isnan(report_get(control, "ratio")))
        control =
            compared(report, "thread-pipe-again", "thread-pipe", at->name);

    int used = snprintf(
        caption, CAPTION,
        "A switch: half a round trip of one token, both sides asleep in turn. "
        "n = %.0f a row or fewer, each of %.0f round trips: %u rounds in "
        "random order, a fresh process a block, none dropped. Median and its "
        "95 %% interval: from the ranks of the block medians. Ratio: median "
        "of paired blocks; 95 %% for all of them together.",
        fmax(0, report_get(base, "n")),
        fmax(0, report_get(json_object_get(base, "parameters"), "round_trips")),
        samples->rounds);
    used += caption_proof(report, caption + used, (size_t)(CAPTION - used));
    if (!isnan(report_get(control, "ratio")))
        snprintf(caption + used, (size_t)(CAPTION - used),
                 " A/A control %s: %.3f [%.3f, %.3f].", at->words,
                 report_get(control, "ratio"), report_get(control, "ratio_low"),
                 report_get(control, "ratio_high"));
}

/* "1.42 µs 1.31×", or a dash. */
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
        snprintf(text, size, "%s %4.2f×", cost, ratio);
}

static int print_rows(struct report *report)
{
    size_t i;
    json_t *object;
    int rc = report_line(report, "switching: a switch, × threads\t%s\t%s",
                         switching_placements[0].words,
                         switching_placements[1].words);

    json_array_foreach (report->summaries, i, object) {
        const char *name = report_text(object, "case");
        char cells[SWITCHING_PLACEMENTS][48];

        /* One line a case, where it comes first. */
        if (strcmp(report_text(object, "experiment"), "switching") != 0 ||
            report_find(report->summaries, "experiment", "switching", "case",
                        name, NULL) != object)
            continue;
        for (size_t p = 0; p < SWITCHING_PLACEMENTS; p++)
            cell(row(report, name, switching_placements[p].name), cells[p],
                 sizeof(cells[p]));
        if (rc == 0)
            rc = report_line(report, "  %s\t%s\t%s", name, cells[0], cells[1]);
    }
    return rc;
}

int switching_charts(const struct samples *samples, struct report *report)
{
    const struct switching_placement *at = headline(report);
    char title[TITLE], caption[CAPTION];

    title_make(report, at, title);
    caption_make(samples, report, at, caption);
    int rc = report_chart(report, "switching", title, caption);
    return rc == 0 ? print_rows(report) : rc;
}
