/* memory, in words: titles that claim what the intervals support, captions,
 * and the short table for the terminal. */
#include "memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = 160, CAPTION = 900 };

static bool is_memory(const json_t *object)
{
    return strcmp(report_text(object, "experiment"), "memory") == 0;
}

/* The summary of a case; what was asked of it stands in its parameters. */
static const json_t *row(const struct report *report, const char *name,
                         double mib, const char *pages)
{
    size_t i;
    json_t *object;

    json_array_foreach(report->summaries, i, object)
    {
        const json_t *parameters = json_object_get(object, "parameters");

        if (is_memory(object) &&
            strcmp(report_text(object, "case"), name) == 0 &&
            strcmp(report_text(parameters, "pages"), pages) == 0 &&
            report_get(parameters, "touched_mib") == mib)
            return object;
    }
    return NULL;
}

/* The same where a case has one size only: the writers. */
static const json_t *writer(const struct report *report, const char *name,
                            const char *pages)
{
    return report_find(report->summaries, "experiment", "memory", "case", name,
                       "pages", pages, NULL);
}

static const json_t *fit_of(const struct report *report, const char *name,
                            const char *pages)
{
    return report_find(report->fits, "experiment", "memory", "case", name,
                       "pages", pages, NULL);
}

/* "61", "6.1", "0.61": nanoseconds for a sentence. */
static const char *brief(double ns, char text[16])
{
    int digits = fabs(ns) >= 9.95 ? 0 : fabs(ns) >= 0.995 ? 1 : 2;

    snprintf(text, 16, "%.*f", digits, ns);
    return text;
}

/* ---- titles ---- */

static void title_growth(const struct report *report, char *title)
{
    const json_t *fork = fit_of(report, "fork", "4k");
    const json_t *thread = fit_of(report, "pthread", "4k");
    char ns[16], other[16];

    snprintf(title, TITLE, "What a child costs, by the memory of its parent");
    if (!(report_get(fork, "ns_per_page_low") > 0))
        return;
    brief(report_get(fork, "ns_per_page"), ns);
    if (report_get(thread, "ns_per_page_low") > 0)
        snprintf(title, TITLE,
                 "For each 4 KiB page of its parent a fork takes %s ns "
                 "longer, a thread %s ns",
                 ns, brief(report_get(thread, "ns_per_page"), other));
    else if (!isnan(report_get(thread, "ns_per_page_low")))
        snprintf(title, TITLE,
                 "A fork takes %s ns longer for each 4 KiB page of its "
                 "parent; no growth of a thread detected",
                 ns);
    else
        snprintf(title, TITLE,
                 "A fork takes %s ns longer for each 4 KiB page of its parent",
                 ns);
}

/* The least and the most that a page costs a fork between two sizes; false when
 * an interval does not say that it costs anything. */
static bool slopes_range(const struct report *report, double *ret_low,
                         double *ret_high)
{
    const json_t *rows = json_object_get(
        json_object_get(report->tables, "memory-slopes"), "rows");
    size_t i;
    json_t *object;

    *ret_low = INFINITY;
    *ret_high = 0;
    json_array_foreach(rows, i, object)
    {
        double ns = report_get(object, "ns_per_page");

        if (strcmp(report_text(object, "case"), "fork") != 0 ||
            strcmp(report_text(object, "pages"), "4k") != 0)
            continue;
        if (!(report_get(object, "ns_per_page_low") > 0))
            return false;
        *ret_low = fmin(*ret_low, ns);
        *ret_high = fmax(*ret_high, ns);
    }
    return *ret_high > 0;
}

static void title_pages(const struct report *report, char *title)
{
    const json_t *write = writer(report, "fork-write", "4k");
    double low, high;
    char a[16], b[16], copy[32] = "", cost[64];

    if (report_get(write, "ratio_low") > 1)
        experiment_time(report_get(write, "ns_per_page") / 1000, copy,
                        sizeof(copy));
    snprintf(title, TITLE, "What one page of its parent costs a child");
    if (slopes_range(report, &low, &high)) {
        if (strcmp(brief(low, a), brief(high, b)) == 0)
            snprintf(cost, sizeof(cost), "%s ns", a);
        else
            snprintf(cost, sizeof(cost), "%s to %s ns", a, b);
        if (copy[0] != '\0')
            snprintf(title, TITLE,
                     "A 4 KiB page costs a fork %s, and %s more once the "
                     "child writes to it",
                     cost, copy);
        else
            snprintf(title, TITLE, "A 4 KiB page costs a fork %s", cost);
    } else if (copy[0] != '\0') {
        snprintf(title, TITLE,
                 "The first write to a 4 KiB page costs a "
                 "forked child %s",
                 copy);
    }
}

/* ---- captions ---- */

static int caption_control(const struct report *report, const char *name,
                           char *caption, int used)
{
    const json_t *control = report_find(report->comparisons, "experiment",
                                        "memory", "case", name, NULL);

    if (!isnan(report_get(control, "ratio")))
        used += snprintf(caption + used, (size_t)(CAPTION - used),
                         " A/A control, %s: %.3f [%.3f, %.3f].", name,
                         report_get(control, "ratio"),
                         report_get(control, "ratio_low"),
                         report_get(control, "ratio_high"));
    return used;
}

static void caption_growth(const struct context *context,
                           const struct samples *samples,
                           const struct report *report, char *caption)
{
    bool quick = context->options.profile->level == PROFILE_QUICK;
    int used = snprintf(
        caption, CAPTION,
        "Parent and child on one CPU; %u rounds in random order, a fresh "
        "parent a block, none dropped%s. Sign: median of the blocks; bar: its "
        "95 %% interval from their ranks. Huge pages: asked for with madvise, "
        "found in smaps. ns a page: per 4 KiB in either case, median of a "
        "line a round, with its 95 %% interval; the line goes through as many "
        "sizes as none of is surely off by more than 5 %%, and is dotted "
        "beyond.%s",
        samples->rounds,
        quick ? ""
              : " (vfork and posix_spawn every second round from 256 MiB on)",
        quick ? " Quick profile: nothing above 64 MiB." : "");

    used = caption_control(report, "pthread-again", caption, used);
    caption_control(report, "fork-again", caption, used);
}

static void caption_pages(const struct samples *samples,
                          const struct report *report, char *caption)
{
    const json_t *small = writer(report, "fork-write", "4k");
    const json_t *huge = writer(report, "fork-write", "huge");
    double before = report_get(huge, "huge_kib");
    double after = report_get(huge, "huge_kib_after");
    int used = snprintf(
        caption, CAPTION,
        "Above: (time at the larger size − time at the smaller) ÷ pages of "
        "4 KiB between, paired within %u rounds; below: from the first write "
        "to the last, one byte a page, %.0f pages%s, by the number of pages, "
        "content checked on both sides. Bars: 95 %% interval of the median "
        "over the rounds, from ranks.",
        samples->rounds,
        fmax(0, report_get(json_object_get(small, "parameters"), "written")),
        isnan(report_get(huge, "median_us")) ? "" : " (huge ones: all)");

    if (after < before)
        snprintf(caption + used, (size_t)(CAPTION - used),
                 " A write to a huge page splits it: before, the parent had "
                 "%.0f KiB in huge pages; after, the child had %.0f.",
                 before, after);
    else if (after >= before && before > 0)
        snprintf(caption + used, (size_t)(CAPTION - used),
                 " A write to a huge page copies it whole: the child has as "
                 "many huge pages after as before.");
}

/* ---- lines ---- */

static const char *cell(const json_t *object, char *text, size_t size)
{
    double us = report_get(object, "median_us");

    if (isnan(us))
        snprintf(text, size, "-");
    else
        experiment_time(us, text, size);
    return text;
}

static const char *slope_cell(const json_t *fit, char *text, size_t size)
{
    double ns = report_get(fit, "ns_per_page");
    char a[16], b[16], c[16];

    if (isnan(ns))
        snprintf(text, size, "-");
    else
        snprintf(text, size, "%s [%s, %s]", brief(ns, a),
                 brief(report_get(fit, "ns_per_page_low"), b),
                 brief(report_get(fit, "ns_per_page_high"), c));
    return text;
}

static int print_growth(const struct context *context, struct report *report)
{
    bool quick = context->options.profile->level == PROFILE_QUICK;
    int middle = quick ? 16 : 64, most = quick ? 64 : 1024;
    int rc = report_line(report,
                         "memory: median, from a parent of\t0\t%d MiB\t%d "
                         "MiB\tns a page",
                         middle, most);

    for (size_t k = 0; k < memory_kinds_count; k++)
        for (size_t p = 0; p < MEMORY_PAGES && rc == 0; p++) {
            const char *name = memory_kinds[k].name, *pages = memory_pages[p];
            char none[32], some[32], much[32], slope[64];

            if (row(report, name, middle, pages) == NULL)
                continue;
            rc = report_line(
                report, "  %s, %s\t%s\t%s\t%s\t%s", name,
                p == 0 ? "4 KiB pages" : "huge pages",
                cell(row(report, name, 0, "4k"), none, sizeof(none)),
                cell(row(report, name, middle, pages), some, sizeof(some)),
                cell(row(report, name, most, pages), much, sizeof(much)),
                slope_cell(fit_of(report, name, pages), slope, sizeof(slope)));
        }
    return rc;
}

static int print_writes(struct report *report)
{
    static const char *const names[] = { "fork-write", "thread-write" };
    int rc = 0;

    if (writer(report, names[0], "4k") == NULL)
        return 0;
    rc = report_line(report, "memory: first write to a page\t4 KiB\thuge");
    for (size_t i = 0; i < 2 && rc == 0; i++) {
        char text[MEMORY_PAGES][32];

        for (size_t p = 0; p < MEMORY_PAGES; p++) {
            double ns = report_get(writer(report, names[i], memory_pages[p]),
                                   "ns_per_page");

            if (isnan(ns))
                snprintf(text[p], sizeof(text[p]), "-");
            else
                experiment_time(ns / 1000, text[p], sizeof(text[p]));
        }
        rc = report_line(report, "  %s\t%s\t%s", names[i], text[0], text[1]);
    }
    return rc;
}

int memory_charts(const struct context *context, const struct samples *samples,
                  struct report *report)
{
    char title[TITLE], caption[CAPTION];

    title_growth(report, title);
    caption_growth(context, samples, report, caption);
    int rc = report_chart(report, "memory", title, caption);
    title_pages(report, title);
    caption_pages(samples, report, caption);
    if (rc == 0)
        rc = report_chart(report, "memory-pages", title, caption);
    if (rc == 0)
        rc = print_growth(context, report);
    if (rc == 0)
        rc = print_writes(report);
    return rc;
}
