/* memory: the finding of each chart as its title, which claims no more than the
 * intervals support; and where in the report it is found. */
#include "memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = MEMORY_TITLE };

const json_t *memory_row(const struct report *report, const char *name, int mib,
                         const char *pages)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        if (strcmp(report_text(object, "experiment"), "memory") == 0 &&
            strcmp(report_text(object, "case"), name) == 0 &&
            strcmp(report_text(object, "pages"), pages) == 0 &&
            report_get(object, "touched_mib") == mib)
            return object;
    }
    return NULL;
}

const json_t *memory_writer(const struct report *report, const char *name,
                            const char *pages)
{
    return report_find(report->summaries, "experiment", "memory", "case", name,
                       "pages", pages, NULL);
}

const json_t *memory_line(const struct report *report, const char *name,
                          const char *pages)
{
    return report_find(report->fits, "experiment", "memory", "case", name,
                       "pages", pages, NULL);
}

const char *memory_brief(double ns, char text[16])
{
    int digits = fabs(ns) >= 9.95 ? 0 : fabs(ns) >= 0.995 ? 1 : 2;

    /* No "-0.00". */
    snprintf(text, 16, "%.*f", digits, fabs(ns) < 0.005 ? 0 : ns);
    return text;
}

/* What a 4 KiB page costs a fork between the two largest sizes. */
static const json_t *last_slope(const struct report *report)
{
    const json_t *rows = json_object_get(
        json_object_get(report->tables, "memory-slopes"), "rows");
    const json_t *last = NULL;
    size_t i;
    json_t *object;

    json_array_foreach (rows, i, object) {
        if (strcmp(report_text(object, "case"), "fork") == 0 &&
            strcmp(report_text(object, "pages"), "4k") == 0)
            last = object;
    }
    return last;
}

/* "46 ns up to 256 MiB, 76 ns from 256 MiB on"; "" where a page costs a fork
 * nothing for sure. Beyond is another number only where the two intervals
 * part. */
static void page_words(const struct report *report, char text[96])
{
    const json_t *line = memory_line(report, "fork", "4k");
    const json_t *last = last_slope(report);
    char ns[16], beyond[16];

    text[0] = '\0';
    if (!(report_get(line, "ns_per_page_low") > 0))
        return;
    memory_brief(report_get(line, "ns_per_page"), ns);
    if (report_get(last, "from_mib") >= report_get(line, "to_mib") &&
        (report_get(last, "ns_per_page_low") >
             report_get(line, "ns_per_page_high") ||
         report_get(last, "ns_per_page_high") <
             report_get(line, "ns_per_page_low")))
        snprintf(text, 96, "%s ns up to %.0f MiB, %s ns from %.0f MiB on", ns,
                 report_get(line, "to_mib"),
                 memory_brief(report_get(last, "ns_per_page"), beyond),
                 report_get(last, "from_mib"));
    else
        snprintf(text, 96, "%s ns", ns);
}

void memory_title_growth(const struct report *report, char *title)
{
    const json_t *fork = memory_line(report, "fork", "4k");
    const json_t *thread = memory_line(report, "pthread", "4k");
    const json_t *last = last_slope(report);
    char ns[16], other[16], range[32] = "";

    snprintf(title, TITLE, "What a child costs, by the memory of its parent");
    if (isnan(report_get(fork, "ns_per_page")) &&
        report_get(last, "ns_per_page_low") > 0)
        snprintf(title, TITLE,
                 "Between %.0f and %.0f MiB a fork takes %s ns longer for each "
                 "4 KiB page of its parent",
                 report_get(last, "from_mib"), report_get(last, "to_mib"),
                 memory_brief(report_get(last, "ns_per_page"), ns));
    if (!(report_get(fork, "ns_per_page_low") > 0))
        return;
    memory_brief(report_get(fork, "ns_per_page"), ns);
    if (!isnan(report_get(fork, "beyond_mib")))
        snprintf(range, sizeof(range), " up to %.0f MiB",
                 report_get(fork, "to_mib"));
    if (report_get(thread, "ns_per_page_low") > 0)
        snprintf(title, TITLE,
                 "For each 4 KiB page of its parent%s a fork takes %s ns "
                 "longer, a thread %s ns",
                 range, ns,
                 memory_brief(report_get(thread, "ns_per_page"), other));
    else if (!isnan(report_get(thread, "ns_per_page_low")))
        snprintf(title, TITLE,
                 "A fork takes %s ns longer for each 4 KiB page of its "
                 "parent%s; no growth of a thread detected",
                 ns, range);
    else
        snprintf(title, TITLE,
                 "A fork takes %s ns longer for each 4 KiB page of its "
                 "parent%s",
                 ns, range);
}

void memory_title_pages(const struct report *report, char *title)
{
    const json_t *write = memory_writer(report, "fork-write", "4k");
    char page[96], copy[32] = "";

    if (report_get(write, "ratio_low") > 1)
        experiment_time(report_get(write, "ns_per_page") / 1000, copy,
                        sizeof(copy));
    page_words(report, page);
    if (page[0] != '\0' && copy[0] != '\0')
        snprintf(title, TITLE,
                 "A 4 KiB page costs a fork %s; the child's first write to "
                 "it %s",
                 page, copy);
    else if (page[0] != '\0')
        snprintf(title, TITLE, "A 4 KiB page costs a fork %s", page);
    else if (copy[0] != '\0')
        snprintf(title, TITLE,
                 "The first write to a 4 KiB page costs a forked child %s",
                 copy);
    else
        snprintf(title, TITLE, "What one page of its parent costs a child");
}
