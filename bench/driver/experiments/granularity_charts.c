/* granularity, in words: titles that claim what the intervals support, captions
 * and the table that a person reads at the end. */
#include "granularity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = 160, PLACE = 40, CAPTION = 900, CONTROL = 160 };

static const json_t *fit_of(const struct report *report, const char *name,
                            const char *placement)
{
    return report_find(report->fits, "experiment", "granularity", "case", name,
                       "placement", placement, NULL);
}

static const json_t *row_of(const struct report *report, const char *name,
                            const char *placement, double task_us)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        const json_t *parameters = json_object_get(object, "parameters");

        if (strcmp(report_text(object, "experiment"), "granularity") == 0 &&
            strcmp(report_text(object, "case"), name) == 0 &&
            strcmp(report_text(object, "placement"), placement) == 0 &&
            report_get(parameters, "task_us") == task_us)
            return object;
    }
    return NULL;
}

/* ---- Titles ---- */

static bool is_known(const json_t *fit)
{
    const char *words = report_text(fit, "ten_percent_words");

    return *words != '\0' && strcmp(words, "not measured") != 0;
}

/* An end of an interval that is beyond the measured lengths is as far as it can
 * be. */
static double low_of(const json_t *fit)
{
    double low = report_get(fit, "ten_percent_us_low");
    bool is_above =
        strncmp(report_text(fit, "ten_percent_words"), "above", 5) == 0;

    return !isnan(low) ? low : is_above ? INFINITY : 0;
}

static double high_of(const json_t *fit)
{
    double high = report_get(fit, "ten_percent_us_high");
    bool is_below =
        strncmp(report_text(fit, "ten_percent_words"), "below", 5) == 0;

    return !isnan(high) ? high : is_below ? 0 : INFINITY;
}

/* "at 112 µs", "above 10 ms" */
static const char *where(const json_t *fit, char text[PLACE])
{
    const char *words = report_text(fit, "ten_percent_words");

    snprintf(text, PLACE, "%s%s",
             isnan(report_get(fit, "ten_percent_us")) ? "" : "at ", words);
    return text;
}

static void title(const struct report *report, const char *placement,
                  char *text)
{
    const json_t *thread = fit_of(report, "thread", placement);
    const json_t *process = fit_of(report, "process", placement);
    char a[PLACE], b[PLACE];

    if (!is_known(thread) && !is_known(process))
        snprintf(text, TITLE,
                 "How long a task must be until its worker's "
                 "creation stops mattering");
    else if (!is_known(process))
        snprintf(text, TITLE, "A thread for each task costs 10 %% of it %s",
                 where(thread, a));
    else if (!is_known(thread))
        snprintf(text, TITLE, "A process for each task costs 10 %% of it %s",
                 where(process, a));
    else if (high_of(thread) < low_of(process) ||
             high_of(process) < low_of(thread))
        snprintf(text, TITLE,
                 "A thread for each task costs 10 %% of it %s, a process for "
                 "each %s",
                 where(thread, a), where(process, b));
    else
        snprintf(text, TITLE,
                 "Where a worker each costs 10 %% of the task: no difference "
                 "detected");
}

/* ---- Captions ---- */

/* "1.002 [0.998, 1.007] with tasks of 1 µs, …" */
static void controls(const struct report *report, const char *placement,
                     char *text)
{
    size_t i, used = 0;
    json_t *object;

    text[0] = '\0';
    json_array_foreach (report->comparisons, i, object) {
        double ratio = report_get(object, "ratio");

        if (strcmp(report_text(object, "experiment"), "granularity") != 0 ||
            strcmp(report_text(object, "case"), "thread-again") != 0 ||
            strcmp(report_text(object, "placement"), placement) != 0 ||
            isnan(ratio) || used >= CONTROL)
            continue;
        used += (size_t)snprintf(
            text + used, CONTROL - used,
            "%s%.3f [%.3f, %.3f] with tasks of %g µs", used > 0 ? "; " : "",
            ratio, report_get(object, "ratio_low"),
            report_get(object, "ratio_high"),
            report_get(json_object_get(object, "parameters"), "task_us"));
    }
    if (used == 0)
        snprintf(text, CONTROL, "not measured");
}

static void caption(const struct samples *samples, const struct report *report,
                    const char *placement, char *text)
{
    char control[CONTROL];

    controls(report, placement, control);
    snprintf(text, CAPTION,
             "Efficiency: time of the same tasks without a worker ÷ time with "
             "it. One task at a time, a pool has one worker: overhead is "
             "compared, not parallelism. Every result is checked. %u rounds in "
             "random order, a fresh program a block; pairs within a round; "
             "bars: 95 %% interval by the sign test. Below: median of one "
             "crossing a round, 95 %% interval from their ranks. A/A control, "
             "a thread each against itself: %s.",
             samples->rounds, control);
}

/* ---- Lines ---- */

static const char *const columns[] = { "thread", "process", "thread-pool",
                                       "process-pool" };
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static const char *percent(const json_t *object, char text[16])
{
    double efficiency = report_get(object, "efficiency");

    snprintf(text, 16, isnan(efficiency) ? "-" : "%.1f %%", efficiency * 100);
    return text;
}

static const char *crossing(const json_t *fit, const char *key)
{
    const char *words = report_text(fit, key);

    return *words == '\0' || strcmp(words, "not measured") == 0 ? "-" : words;
}

static int print_crossings(struct report *report, const char *placement)
{
    static const struct {
        const char *words, *key;
    } rows[] = { { "  overhead 10 % at", "ten_percent_words" },
                 { "  overhead 1 % at", "one_percent_words" } };
    int rc = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && rc == 0; i++) {
        const char *cell[COLUMNS];

        for (size_t c = 0; c < COLUMNS; c++)
            cell[c] =
                crossing(fit_of(report, columns[c], placement), rows[i].key);
        rc = report_line(report, "%s\t%s\t%s\t%s\t%s", rows[i].words, cell[0],
                         cell[1], cell[2], cell[3]);
    }
    return rc;
}

static int print_placement(struct report *report, const char *placement)
{
    size_t i;
    json_t *object;
    int rc = report_line(report,
                         "granularity (%s)\tthread\tprocess\t"
                         "thread pool\tprocess pool",
                         placement);

    json_array_foreach (report->summaries, i, object) {
        double task_us =
            report_get(json_object_get(object, "parameters"), "task_us");
        char cell[COLUMNS][16];

        if (rc < 0 ||
            strcmp(report_text(object, "experiment"), "granularity") != 0 ||
            strcmp(report_text(object, "case"), "serial") != 0 ||
            report_text(object, "unavailable")[0] != '\0' ||
            strcmp(report_text(object, "placement"), placement) != 0)
            continue;
        for (size_t c = 0; c < COLUMNS; c++)
            percent(row_of(report, columns[c], placement, task_us), cell[c]);
        rc = report_line(report, "  efficiency at %g %s\t%s\t%s\t%s\t%s",
                         task_us >= 1000 ? task_us / 1000 : task_us,
                         task_us >= 1000 ? "ms" : "µs", cell[0], cell[1],
                         cell[2], cell[3]);
    }
    return rc == 0 ? print_crossings(report, placement) : rc;
}

/* Whether there is anything to say of that placement. */
static bool is_measured(const struct report *report, const char *placement)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        if (strcmp(report_text(object, "experiment"), "granularity") == 0 &&
            strcmp(report_text(object, "placement"), placement) == 0 &&
            report_get(object, "n") > 0)
            return true;
    }
    return false;
}

int granularity_charts(const struct samples *samples, struct report *report)
{
    int rc = 0;

    for (size_t p = 0; p < granularity_placements_count && rc == 0; p++) {
        const char *placement = granularity_placements[p];
        char title_text[TITLE], caption_text[CAPTION];

        title(report, placement, title_text);
        caption(samples, report, placement, caption_text);
        rc = report_chart(report, p == 0 ? "granularity" : "granularity-free",
                          title_text, caption_text);
        if (rc == 0 && is_measured(report, placement))
            rc = print_placement(report, placement);
    }
    return rc;
}
