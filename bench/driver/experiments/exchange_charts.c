/* exchange, in words: titles that claim what the intervals support, captions,
 * and the short table for the terminal. */
#include "exchange.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = EXCHANGE_TITLE, CAPTION = 900 };

const json_t *exchange_row(const struct exchange_view *view, const char *name,
                           const struct exchange_size *size)
{
    size_t i;
    json_t *object;

    json_array_foreach (view->report->summaries, i, object) {
        if (strcmp(report_text(object, "experiment"), "exchange") == 0 &&
            strcmp(report_text(object, "case"), name) == 0 &&
            strcmp(report_text(object, "placement"), view->at->name) == 0 &&
            strcmp(report_text(object, "quantity"), view->quantity) == 0 &&
            report_get(object, "bytes") == (double)size->bytes)
            return object;
    }
    return NULL;
}

static bool is_measured(const json_t *object)
{
    return !isnan(report_get(object, "median_us"));
}

/* The headline placement, or the first at which anything was measured. */
static const struct exchange_placement *headline(const struct report *report)
{
    for (size_t p = 0; p < exchange_placements_count; p++) {
        struct exchange_view view = { report, &exchange_placements[p],
                                      "latency" };

        for (size_t c = 0; c < exchange_channels_count; c++)
            for (size_t s = 0; s < exchange_sizes_count; s++)
                if (is_measured(exchange_row(&view, exchange_channels[c].name,
                                             &exchange_sizes[s])))
                    return view.at;
    }
    return &exchange_placements[0];
}

/* ---- Captions ---- */

static const char *filesystem(const struct report *report)
{
    const json_t *object = NULL;
    size_t i;

    json_array_foreach (report->summaries, i, object)
        if (strcmp(report_text(object, "experiment"), "exchange") == 0 &&
            report_text(object, "filesystem")[0] != '\0')
            return report_text(object, "filesystem");
    return "";
}

/* The noise floor, a ratio a size. */
static int caption_control(const struct exchange_view *view, char *caption,
                           int used)
{
    const char *before = " A/A control by size: ";

    for (size_t s = 0; s < exchange_sizes_count; s++) {
        double ratio = report_get(
            exchange_row(view, "variable-again", &exchange_sizes[s]), "ratio");

        if (isnan(ratio))
            continue;
        used += snprintf(caption + used, (size_t)(CAPTION - used), "%s%.3f",
                         before, ratio);
        before = ", ";
    }
    if (before[0] == ',')
        used += snprintf(caption + used, (size_t)(CAPTION - used), ".");
    return used;
}

static void caption(const struct exchange_view *view,
                    const struct samples *samples, const char *what, char *text)
{
    const struct exchange_size *size = &exchange_sizes[0];
    const json_t *variable = exchange_row(view, "variable", size);
    size_t i;
    json_t *object;
    double comparisons = 1;

    json_array_foreach (view->report->comparisons, i, object) {
        if (strcmp(report_text(object, "experiment"), "exchange") == 0 &&
            strcmp(report_text(object, "placement"), view->at->name) == 0 &&
            strcmp(report_text(object, "quantity"), view->quantity) == 0)
            comparisons = fmax(comparisons, report_get(object, "comparisons"));
    }
    int used = snprintf(
        text, CAPTION,
        "%s Filling and checking every byte are part of every time. %u rounds "
        "in random order, a fresh program a block, none dropped; n = %.0f for "
        "a variable and %s. Bars: 95 %% interval of the median, from the ranks "
        "of %.0f block medians. ×: median of blocks paired with a variable's; "
        "titles and verdicts: 95 %% for all %.0f together.",
        what, samples->rounds, fmax(0, report_get(variable, "n")), size->words,
        fmax(0, report_get(variable, "blocks")), comparisons);
    used = caption_control(view, text, used);
    if (filesystem(view->report)[0] != '\0')
        snprintf(text + used, (size_t)(CAPTION - used), " Files: on %s.",
                 filesystem(view->report));
}

/* ---- The terminal ---- */

/* "19.3 µs 1.0×" or "5060 1.0×"; "-": not measured. */
static void cell(const json_t *object, bool is_time, char *text, size_t size)
{
    double ratio = report_get(object, "ratio");
    double rate = report_get(object, "bandwidth_mb_s");
    char value[32], times_text[16] = "    ";

    if (!is_measured(object)) {
        snprintf(text, size, "-     ");
        return;
    }
    if (is_time)
        experiment_time(report_get(object, "median_us"), value, sizeof(value));
    else
        snprintf(value, sizeof(value), "%.*f", rate < 9.95, rate);
    if (!isnan(ratio))
        snprintf(times_text, sizeof(times_text), "%3.*f×",
                 ratio < 0.0995 ? 2 : ratio < 9.95, ratio);
    snprintf(text, size, "%s %s", value, times_text);
}

static int print_rows(const struct exchange_view *view, struct report *report)
{
    bool is_time = strcmp(view->quantity, "latency") == 0;
    char line[256];
    int used = snprintf(line, sizeof(line), "exchange %s, %s",
                        is_time ? "latency" : "MB/s", view->at->cpus);

    for (size_t s = 0; s < exchange_sizes_count; s++)
        used += snprintf(line + used, sizeof(line) - (size_t)used, "\t%s     ",
                         exchange_sizes[s].words);
    int rc = report_line(report, "%s", line);
    for (size_t c = 0; c < exchange_channels_count && rc == 0; c++) {
        bool planned = false;

        used = snprintf(line, sizeof(line), "  %s", exchange_channels[c].name);
        for (size_t s = 0; s < exchange_sizes_count; s++) {
            const json_t *object = exchange_row(view, exchange_channels[c].name,
                                                &exchange_sizes[s]);
            char text[64];

            planned = planned || object != NULL;
            cell(object, is_time, text, sizeof(text));
            used += snprintf(line + used, sizeof(line) - (size_t)used, "\t%s",
                             text);
        }
        if (planned)
            rc = report_line(report, "%s", line);
    }
    return rc;
}

/* One line, below those of the headline placement. */
static int print_two_hosts(const char *quantity, struct report *report)
{
    static const struct exchange_placement apart = { exchange_other_host,
                                                     "between two hosts",
                                                     "2 hosts" };
    const struct exchange_view view = { report, &apart, quantity };
    char line[256] = "  rank-two-hosts", text[64];
    size_t used = strlen(line);

    if (exchange_row(&view, "rank-two-hosts", &exchange_sizes[0]) == NULL)
        return 0;
    for (size_t s = 0; s < exchange_sizes_count; s++) {
        cell(exchange_row(&view, "rank-two-hosts", &exchange_sizes[s]),
             strcmp(quantity, "latency") == 0, text, sizeof(text));
        used +=
            (size_t)snprintf(line + used, sizeof(line) - used, "\t%s", text);
    }
    return report_line(report, "%s", line);
}

int exchange_charts(const struct samples *samples, struct report *report)
{
    struct exchange_view latency = { report, headline(report), "latency" };
    struct exchange_view bandwidth = { report, latency.at, "bandwidth" };
    char title[TITLE], text[CAPTION];

    exchange_title_latency(&latency, title);
    caption(&latency, samples,
            "One message at a time, one way: from before the sender fills it "
            "until the receiver has read it.",
            text);
    int rc = report_chart(report, "exchange", title, text);

    exchange_title_bandwidth(&bandwidth, title);
    caption(&bandwidth, samples,
            "Bytes by the median time of a message in a stream, one way; "
            "between the two is room for 64 KiB, or two messages (ranks: what "
            "MPI keeps).",
            text);
    if (rc == 0)
        rc = report_chart(report, "exchange-bandwidth", title, text);
    if (rc == 0)
        rc = print_rows(&latency, report);
    if (rc == 0)
        rc = print_two_hosts("latency", report);
    if (rc == 0)
        rc = print_rows(&bandwidth, report);
    if (rc == 0)
        rc = print_two_hosts("bandwidth", report);
    return rc;
}
