/* memory, in words: captions, and the short table for the terminal. Titles are
 * in memory_titles.c. */
#include "memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = MEMORY_TITLE, CAPTION = 1400 };

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
        "parent a block, none dropped. Sign: median of the blocks; bar: its "
        "95 %% interval from their ranks. Huge pages: asked for with madvise, "
        "found in smaps. ns a page: per 4 KiB in either case, median of a "
        "line a round, with its 95 %% interval; the line goes through as many "
        "sizes as lie on one within 10 %%, and is dotted beyond.%s",
        samples->rounds, quick ? " Quick profile: nothing above 16 MiB." : "");

    used = caption_control(report, "pthread-again", caption, used);
    caption_control(report, "fork-again", caption, used);
}

static void caption_pages(const struct samples *samples,
                          const struct report *report, char *caption)
{
    const json_t *small = memory_writer(report, "fork-write", "4k");
    const json_t *huge = memory_writer(report, "fork-write", "huge");
    double before = report_get(huge, "huge_kib");
    double after = report_get(huge, "huge_kib_after");
    int used = snprintf(
        caption, CAPTION,
        "(Time at the larger size − time at the smaller) ÷ pages of 4 KiB "
        "between, paired within %u rounds. Bars: 95 %% interval of the median "
        "over the rounds, from ranks.",
        samples->rounds);

    if (small != NULL)
        used += snprintf(
            caption + used, (size_t)(CAPTION - used),
            " Below: one byte written to each of %.0f pages (of huge ones, to "
            "each there is), from the first write to the last, ÷ their number; "
            "contents checked on both sides.",
            report_get(small, "written"));
    if (after < before)
        snprintf(caption + used, (size_t)(CAPTION - used),
                 " A write to a huge page splits it: before, the parent had "
                 "%.0f KiB in huge pages; after, the child had %.0f.",
                 before, after);
    else if (before > 0)
        snprintf(caption + used, (size_t)(CAPTION - used),
                 " A write to a huge page copies it whole: the child has as "
                 "much in huge pages after as before.");
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
        snprintf(text, size, "%s [%s, %s]", memory_brief(ns, a),
                 memory_brief(report_get(fit, "ns_per_page_low"), b),
                 memory_brief(report_get(fit, "ns_per_page_high"), c));
    return text;
}

static int print_growth(const struct context *context, struct report *report)
{
    bool quick = context->options.profile->level == PROFILE_QUICK;
    int middle = quick ? 4 : 64, most = quick ? 16 : 1024;
    int rc = report_line(report,
                         "memory: median, from a parent of\t0\t%d MiB\t%d "
                         "MiB\tns a page",
                         middle, most);

    for (size_t k = 0; k < memory_kinds_count; k++)
        for (size_t p = 0; p < MEMORY_PAGES && rc == 0; p++) {
            const char *name = memory_kinds[k].name, *pages = memory_pages[p];
            char none[32], some[32], much[32], slope[64];

            if (memory_row(report, name, middle, pages) == NULL)
                continue;
            rc = report_line(
                report, "  %s, %s\t%s\t%s\t%s\t%s", name,
                p == 0 ? "4 KiB pages" : "huge pages",
                cell(memory_row(report, name, 0, "4k"), none, sizeof(none)),
                cell(memory_row(report, name, middle, pages), some,
                     sizeof(some)),
                cell(memory_row(report, name, most, pages), much, sizeof(much)),
                slope_cell(memory_line(report, name, pages), slope,
                           sizeof(slope)));
        }
    return rc;
}

static int print_writes(struct report *report)
{
    static const char *const names[] = { "fork-write", "thread-write" };
    int rc = 0;

    if (memory_writer(report, names[0], "4k") == NULL)
        return 0;
    rc = report_line(report, "memory: first write to a page\t4 KiB\thuge");
    for (size_t i = 0; i < 2 && rc == 0; i++) {
        char text[MEMORY_PAGES][32];

        for (size_t p = 0; p < MEMORY_PAGES; p++) {
            double ns =
                report_get(memory_writer(report, names[i], memory_pages[p]),
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

    memory_title_growth(report, title);
    caption_growth(context, samples, report, caption);
    int rc = report_chart(report, "memory", title, caption);
    memory_title_pages(report, title);
    caption_pages(samples, report, caption);
    if (rc == 0)
        rc = report_chart(report, "memory-pages", title, caption);
    if (rc == 0)
        rc = print_growth(context, report);
    if (rc == 0)
        rc = print_writes(report);
    return rc;
}
