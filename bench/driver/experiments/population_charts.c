/* population, in words: titles that claim what the intervals support, the
 * footers, and the short table for the terminal. */
#include "population.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = 256, CAPTION = 800 };

const json_t *population_row(const struct report *report, const char *name,
                             double alive, const char *quantity)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        const json_t *parameters = json_object_get(object, "parameters");

        if (strcmp(report_text(object, "experiment"), "population") == 0 &&
            strcmp(report_text(object, "case"), name) == 0 &&
            report_get(parameters, "alive") == alive &&
            strcmp(report_text(parameters, "quantity"), quantity) == 0)
            return object;
    }
    return NULL;
}

/* The highest count with a number of that quantity for this kind; 0: none. */
static double highest(const struct report *report, const char *name,
                      const char *quantity)
{
    const char *key =
        strcmp(quantity, "memory") == 0 ? "memory_kib" : "median_us";
    size_t i;
    json_t *object;
    double most = 0;

    json_array_foreach (report->summaries, i, object) {
        const json_t *parameters = json_object_get(object, "parameters");

        if (strcmp(report_text(object, "experiment"), "population") == 0 &&
            strcmp(report_text(object, "case"), name) == 0 &&
            strcmp(report_text(parameters, "quantity"), quantity) == 0 &&
            !isnan(report_get(object, key)))
            most = fmax(most, report_get(parameters, "alive"));
    }
    return most;
}

static const char *times(double ratio, char text[16])
{
    snprintf(text, 16,
             ratio >= 19.5    ? "%.0f"
             : ratio >= 1.995 ? "%.1f"
                              : "%.2f",
             ratio);
    return text;
}

/* "a process costs 1.3 times as much", as far as the interval supports it. */
static void growth_words(const json_t *fit, const char *kind, char text[80])
{
    char ratio[16];

    if (report_get(fit, "ratio_low") > 1 || report_get(fit, "ratio_high") < 1)
        snprintf(text, 80, "a %s costs %s times as much", kind,
                 times(report_get(fit, "ratio"), ratio));
    else
        snprintf(text, 80, "for a %s no difference detected", kind);
}

static void title_cost(const struct report *report, char *title)
{
    const json_t *thread = report_find(report->fits, "experiment", "population",
                                       "case", "thread", NULL);
    const json_t *process = report_find(report->fits, "experiment",
                                        "population", "case", "process", NULL);
    const json_t *any = thread != NULL ? thread : process;
    char a[80], b[80];

    growth_words(process, "process", a);
    growth_words(thread, "thread", b);
    if (any == NULL)
        snprintf(title, TITLE, "What one more costs while others are alive");
    else if (thread == NULL || process == NULL)
        snprintf(title, TITLE, "From the %.0fth to the %.0fth: %s",
                 report_get(any, "from"), report_get(any, "to"),
                 thread != NULL ? b : a);
    else if (report_get(thread, "to") != report_get(process, "to"))
        snprintf(title, TITLE,
                 "From the %.0fth to the last: %s (%.0f alive), %s (%.0f)",
                 report_get(any, "from"), a, report_get(process, "to"), b,
                 report_get(thread, "to"));
    else if (strstr(a, "detected") != NULL && strstr(b, "detected") != NULL)
        snprintf(title, TITLE,
                 "No difference in cost detected between the %.0fth worker "
                 "and the %.0fth",
                 report_get(any, "from"), report_get(any, "to"));
    else
        snprintf(title, TITLE, "From the %.0fth to the %.0fth: %s, %s",
                 report_get(any, "from"), report_get(any, "to"), a, b);
}

static void title_memory(const struct report *report, char *title)
{
    double alive = fmin(highest(report, "process", "memory"),
                        highest(report, "thread", "memory"));
    const json_t *process = population_row(report, "process", alive, "memory");
    const json_t *thread = population_row(report, "thread", alive, "memory");
    double low = report_get(process, "ratio_low");
    double high = report_get(process, "ratio_high");
    char ratio[16];

    if (isnan(low))
        snprintf(title, TITLE, "What each worker takes of the memory");
    else if (low > 1 || high < 1)
        snprintf(title, TITLE,
                 "Asleep, a process takes %s times the memory of a thread: "
                 "%.0f and %.0f KiB",
                 times(report_get(process, "ratio"), ratio),
                 report_get(process, "memory_kib"),
                 report_get(thread, "memory_kib"));
    else
        snprintf(title, TITLE,
                 "Memory of a process and of a thread asleep: no difference "
                 "detected");
}

static const json_t *compared(const struct report *report, const char *name,
                              const char *quantity, double alive)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->comparisons, i, object) {
        const json_t *parameters = json_object_get(object, "parameters");

        if (strcmp(report_text(object, "experiment"), "population") == 0 &&
            strcmp(report_text(object, "case"), name) == 0 &&
            strcmp(report_text(parameters, "quantity"), quantity) == 0 &&
            report_get(parameters, "alive") == alive)
            return object;
    }
    return NULL;
}

static void caption(const struct report *report, const struct samples *samples,
                    const char *quantity, const char *what, char *text)
{
    double alive = highest(report, "thread-again", quantity);
    const json_t *control = compared(report, "thread-again", quantity, alive);
    const json_t *process = compared(report, "process", quantity,
                                     highest(report, "process", quantity));
    const json_t *row = population_row(report, "thread", alive, quantity);
    int used = snprintf(
        text, CAPTION,
        "%s All on one CPU, parent and workers. %u rounds in random order, a "
        "fresh program for each kind. Median of the blocks and its %.3g %% "
        "interval from their ranks; ratio: median of paired blocks",
        what, samples->rounds,
        fmin(95, 100 * fmax(0, report_get(row, "ci_level_reached"))));

    if (!isnan(report_get(process, "ratio")))
        used += snprintf(text + used, (size_t)(CAPTION - used),
                         ", %.1f %% for each of %.0f",
                         report_get(process, "ci_level_reached") * 100,
                         report_get(process, "comparisons"));
    used += snprintf(text + used, (size_t)(CAPTION - used), ".");

    if (!isnan(report_get(control, "ratio")))
        snprintf(text + used, (size_t)(CAPTION - used),
                 " A/A control (threads against threads) at %.0f: %.3f "
                 "[%.3f, %.3f].",
                 alive, report_get(control, "ratio"),
                 report_get(control, "ratio_low"),
                 report_get(control, "ratio_high"));
}

/* "98.1 µs  3.5×", "95 KiB", or a dash. */
static const char *cost_cell(const json_t *object, char text[48])
{
    double ratio = report_get(object, "ratio");
    char cost[32];

    snprintf(text, 48, "-");
    if (isnan(report_get(object, "median_us")))
        return text;
    experiment_time(report_get(object, "median_us"), cost, sizeof(cost));
    if (isnan(ratio))
        snprintf(text, 48, "%s", cost);
    else
        snprintf(text, 48, "%s %4.*f×", cost, ratio < 99.5, ratio);
    return text;
}

static const char *memory_cell(const json_t *object, char text[48])
{
    double kib = report_get(object, "memory_kib");

    snprintf(text, 48, isnan(kib) ? "-" : "%.0f KiB", kib);
    return text;
}

/* A line a count; and a line for each kind that a limit has stopped. */
static int print_rows(struct report *report)
{
    size_t i;
    json_t *object;
    int rc = report_line(report, "population: the n-th alive\tthread\t"
                                 "process, × thread\tmemory: thread\tprocess");

    json_array_foreach (report->summaries, i, object) {
        double alive =
            report_get(json_object_get(object, "parameters"), "alive");
        char cells[4][48];

        if (rc < 0 || strcmp(report_text(object, "case"), "thread") != 0 ||
            population_row(report, "thread", alive, "cost") != object)
            continue;
        rc = report_line(
            report, "  n = %.0f\t%s\t%s\t%s\t%s", alive,
            cost_cell(object, cells[0]),
            cost_cell(population_row(report, "process", alive, "cost"),
                      cells[1]),
            memory_cell(population_row(report, "thread", alive, "memory"),
                        cells[2]),
            memory_cell(population_row(report, "process", alive, "memory"),
                        cells[3]));
    }
    return rc;
}

static int print_stops(struct report *report)
{
    size_t i;
    json_t *object;
    const char *last = "";
    int rc = 0;

    json_array_foreach (report->summaries, i, object) {
        const char *name = report_text(object, "case");
        const char *why = report_text(object, "unavailable");

        if (rc < 0 || why[0] == '\0' || strcmp(name, last) == 0 ||
            strcmp(report_text(object, "experiment"), "population") != 0)
            continue;
        rc = report_line(report, "  %s: %.64s", name, why);
        last = name;
    }
    return rc;
}

int population_charts(const struct samples *samples, struct report *report)
{
    char title[TITLE], text[CAPTION];
    int rc = print_rows(report);

    if (rc == 0)
        rc = print_stops(report);
    title_cost(report, title);
    caption(report, samples, "cost",
            "Time from the call until the parent has seen the n-th worker "
            "begin and go to sleep, while n - 1 are asleep; the last creations "
            "up to n, 64 at most.",
            text);
    if (rc == 0)
        rc = report_chart(report, "population", title, text);
    title_memory(report, title);
    caption(report, samples, "memory",
            "By how much free memory falls for each worker since the count "
            "before: all that the kernel spends, and what other programs do "
            "meanwhile. "
            "PSS, the share of user pages, omits page tables and kernel "
            "stacks.",
            text);
    if (rc == 0)
        rc = report_chart(report, "population-memory", title, text);
    return rc;
}
