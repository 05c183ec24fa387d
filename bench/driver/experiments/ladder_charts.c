/* ladder, in words: a title that claims what the interval supports, the footer,
 * and the short table for the terminal. */
#include "ladder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = 160, CAPTION = 900 };

static bool is_ladder(const json_t *object)
{
    return strcmp(report_text(object, "experiment"), "ladder") == 0;
}

static const json_t *compared(const struct report *report, const char *name,
                              const char *base)
{
    return report_find(report->comparisons, "experiment", "ladder", "case",
                       name, "base", base, NULL);
}

/* How a title names a rung: one of them, or many. */
static const char *words_of(const json_t *object, bool many)
{
    static const struct {
        const char *name, *one, *many;
    } rows[] = {
        { "call", "function call", "function calls" },
        { "pool-hand-over", "hand-over to a pool", "hand-overs to a pool" },
        { "thread", "thread", "threads" },
        { "vfork", "vfork", "vforks" },
        { "process", "process", "processes" },
        { "program", "static program", "static programs" },
        { "dynamic-program", "dynamic program", "dynamic programs" },
        { "shell", "shell", "shells" },
        { "python", "Python interpreter", "Python interpreters" },
        { "rank", "launch of an MPI rank", "launches of MPI ranks" },
    };
    const char *name = report_text(object, "case");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].name, name) == 0)
            return many ? rows[i].many : rows[i].one;
    return name;
}

/* The lowest and the highest rung of the system's flight that has a number. */
static void ends(const struct report *report, const json_t **ret_foot,
                 const json_t **ret_top)
{
    size_t i;
    json_t *object;

    *ret_foot = NULL;
    *ret_top = NULL;
    json_array_foreach (report->summaries, i, object) {
        const json_t *parameters = json_object_get(object, "parameters");

        if (!is_ladder(object) || isnan(report_get(object, "median_us")) ||
            strcmp(report_text(parameters, "flight"), "system") != 0)
            continue;
        *ret_foot = *ret_foot == NULL ? object : *ret_foot;
        *ret_top = object;
    }
}

/* "12.3 million", "4,210", "8.2": as many digits as a title wants. */
static const char *times(double ratio, char text[32])
{
    if (ratio >= 1e6)
        snprintf(text, 32, ratio >= 1e8 ? "%.0f million" : "%.1f million",
                 ratio / 1e6);
    else if (ratio >= 1e3)
        snprintf(text, 32, "%.0f,%03.0f", floor(ratio / 1e3),
                 floor(fmod(ratio, 1e3)));
    else
        snprintf(text, 32, ratio >= 20 ? "%.0f" : "%.1f", ratio);
    return text;
}

static void title_make(const struct report *report, char *title)
{
    const json_t *foot, *top;
    char count[32], cost[32];

    ends(report, &foot, &top);
    const json_t *whole =
        compared(report, report_text(top, "case"), report_text(foot, "case"));

    if (foot == NULL)
        snprintf(title, TITLE, "From a function call to an interpreter");
    else if (foot == top)
        snprintf(
            title, TITLE, "One %s costs %s", words_of(top, false),
            experiment_time(report_get(top, "median_us"), cost, sizeof(cost)));
    else if (report_get(whole, "ratio_low") > 1)
        snprintf(title, TITLE, "One %s costs as much as %s %s",
                 words_of(top, false), times(report_get(whole, "ratio"), count),
                 words_of(foot, true));
    else
        snprintf(title, TITLE, "From a %s to a %s: no difference detected",
                 words_of(foot, false), words_of(top, false));
}

/* The lowest level that an interval of a step reached: few rounds reach less
 * than was asked for. */
static double level_reached(const struct report *report, double *ret_steps)
{
    double together = 0.95;
    size_t i;
    json_t *object;

    *ret_steps = 0;
    json_array_foreach (report->comparisons, i, object) {
        double count = report_get(object, "comparisons");
        double reached = report_get(object, "ci_level_reached");

        if (!is_ladder(object) || !(count > 1) ||
            isnan(report_get(object, "ratio")))
            continue;
        *ret_steps = count;
        together = fmin(together, 1 - (1 - reached) * count);
    }
    return together;
}

static void caption_make(const struct samples *samples,
                         const struct report *report, char *caption)
{
    const json_t *control = compared(report, "thread-again", "thread");
    double steps, level = level_reached(report, &steps);

    int used = snprintf(
        caption, CAPTION,
        "All on one CPU, but for rows that say otherwise; whole programs by "
        "hyperfine, without a shell between. %u rounds in random order, a "
        "fresh process a block, none dropped. Sign: median of the blocks; "
        "bar: its 95 %% interval from their ranks. Factors: medians of paired "
        "blocks against the rung below",
        samples->rounds);
    if (steps > 0 && level >= 0.9499)
        used += snprintf(caption + used, (size_t)(CAPTION - used),
                         "; intervals at 95 %% for all %.0f together.", steps);
    else if (steps > 0)
        used += snprintf(caption + used, (size_t)(CAPTION - used),
                         "; their intervals are whole ranges, which so few "
                         "rounds make %.0f %% for all %.0f together.",
                         fmax(0, level * 100), steps);
    else
        used += snprintf(caption + used, (size_t)(CAPTION - used), ".");
    if (!isnan(report_get(control, "ratio")))
        snprintf(caption + used, (size_t)(CAPTION - used),
                 " A/A control (thread): %.3f [%.3f, %.3f].",
                 report_get(control, "ratio"), report_get(control, "ratio_low"),
                 report_get(control, "ratio_high"));
}

static int print_rows(struct report *report)
{
    size_t i;
    json_t *object;
    int rc = report_line(report, "ladder: rung\tmedian\t× the rung\tbelow");

    json_array_foreach (report->summaries, i, object) {
        double ratio = report_get(object, "ratio");
        char cost[32] = "-", factor[32] = "";

        if (!is_ladder(object) || rc < 0)
            continue;
        if (!isnan(report_get(object, "median_us")))
            experiment_time(report_get(object, "median_us"), cost,
                            sizeof(cost));
        if (!isnan(ratio))
            snprintf(factor, sizeof(factor), "%.*f×",
                     ratio >= 99.5   ? 0
                     : ratio >= 9.95 ? 1
                                     : 2,
                     ratio);
        rc =
            report_line(report, "  %s\t%s\t%s\t%s", report_text(object, "case"),
                        cost, factor, report_text(object, "base"));
    }
    return rc;
}

int ladder_charts(const struct samples *samples, struct report *report)
{
    char title[TITLE], caption[CAPTION];

    title_make(report, title);
    caption_make(samples, report, caption);
    int rc = report_chart(report, "ladder", title, caption);
    return rc == 0 ? print_rows(report) : rc;
}
