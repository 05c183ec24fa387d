/* speedup, in words: titles that claim what the intervals support. */
#include "speedup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE = 160, CAPTION = 800 };

static bool is_speedup(const json_t *object)
{
    return strcmp(report_text(object, "experiment"), "speedup") == 0;
}

static const json_t *row(const struct report *report, const char *kind,
                         const char *workload, double workers)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object)
        if (is_speedup(object) &&
            strcmp(report_text(object, "case"), kind) == 0 &&
            strcmp(report_text(object, "workload"), workload) == 0 &&
            report_get(object, "workers") == workers)
            return object;
    return NULL;
}

static const char *first_workload(const struct report *report)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object)
        if (is_speedup(object))
            return report_text(object, "workload");
    return "";
}

/* Whether some comparison with processes found a difference; of ranks only
 * where they ran on the same CPUs. */
static bool kinds_differ(const struct context *context,
                         const struct report *report, const char *workload,
                         int workers)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->comparisons, i, object) {
        const char *verdict = report_text(object, "verdict");
        bool elsewhere = context->ranks.on_hosts &&
                         strcmp(report_text(object, "case"), "ranks") == 0;

        if (is_speedup(object) && !elsewhere &&
            strcmp(report_text(object, "base"), "processes") == 0 &&
            strcmp(report_text(object, "workload"), workload) == 0 &&
            report_get(object, "workers") == workers &&
            (strcmp(verdict, "slower") == 0 || strcmp(verdict, "faster") == 0))
            return true;
    }
    return false;
}

/* Decimals for three significant digits. */
static int digits(double speedup)
{
    return speedup >= 99.95 ? 0 : speedup >= 9.995 ? 1 : 2;
}

static void titles(const struct context *context, const struct report *report,
                   char *speedup_title, char *efficiency_title)
{
    int n = context->machine.usable_cpus;
    const char *workload = first_workload(report);
    const json_t *threads = row(report, "threads", workload, n);
    const json_t *processes = row(report, "processes", workload, n);
    /* Those on other hosts say nothing of these CPUs. */
    const json_t *ranks =
        context->ranks.on_hosts ? NULL : row(report, "ranks", workload, n);
    double t = report_get(threads, "speedup");
    double p = report_get(processes, "speedup");
    double r = report_get(ranks, "speedup");
    char by_ranks[48] = "", range[64], up_to[24];
    const json_t *worse =
        report_get(threads, "of_ceiling") < report_get(processes, "of_ceiling")
            ? threads
            : processes;
    /* fmin and fmax leave out what was not measured. */
    double least = fmin(fmin(t, p), r), most = fmax(fmax(t, p), r);
    double t_low = report_get(threads, "speedup_low");
    double p_low = report_get(processes, "speedup_low");
    double r_low = report_get(ranks, "speedup_low");
    bool some_gain = fmax(fmax(t_low, p_low), r_low) > 1;
    bool all_gain = fmin(fmin(t_low, p_low), r_low) > 1;

    if (!isnan(r))
        snprintf(by_ranks, sizeof(by_ranks), ", ranks %.*f times", digits(r),
                 r);
    snprintf(range, sizeof(range), "%.*f", digits(least), least);
    snprintf(up_to, sizeof(up_to), "%.*f", digits(most), most);
    if (strcmp(range, up_to) != 0)
        snprintf(range, sizeof(range), "%.*f to %s", digits(least), least,
                 up_to);
    snprintf(efficiency_title, TITLE, "How much of each CPU the work gets");
    if (!isnan(report_get(worse, "of_ceiling")))
        snprintf(efficiency_title, TITLE,
                 "%s: %d workers get %.0f %% [%.0f, %.0f] of what this "
                 "machine can give",
                 workload, n, report_get(worse, "of_ceiling") * 100,
                 report_get(worse, "of_ceiling_low") * 100,
                 report_get(worse, "of_ceiling_high") * 100);
    if (n == 1)
        snprintf(speedup_title, TITLE,
                 "One usable CPU: what more workers bring");
    else if (isnan(t) || isnan(p))
        snprintf(speedup_title, TITLE, "How far %d CPUs bring the same work",
                 n);
    else if (kinds_differ(context, report, workload, n) ||
             (some_gain && !all_gain))
        snprintf(speedup_title, TITLE,
                 "%s on %d CPUs: processes %.*f times, "
                 "threads %.*f times%s as fast",
                 workload, n, digits(p), p, digits(t), t, by_ranks);
    else if (!some_gain)
        snprintf(speedup_title, TITLE, "%s on %d CPUs: no speedup detected",
                 workload, n);
    else
        snprintf(speedup_title, TITLE,
                 "%s on %d CPUs: %s times as fast, "
                 "no difference between kinds detected",
                 workload, n, range);
}

static bool has_ranks(const struct report *report)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object)
        if (is_speedup(object) &&
            strcmp(report_text(object, "case"), "ranks") == 0 &&
            report_get(object, "n") > 0)
            return true;
    return false;
}

static void caption(const struct context *context,
                    const struct samples *samples, const struct report *report,
                    char *text)
{
    snprintf(text, CAPTION,
             "Same work, same results, checked; a CPU for each worker, cores "
             "first. %u rounds in random order, a fresh program a block; time "
             "from the first start past a common gate to the last end; "
             "speedup: median of times paired with their round's serial time, "
             "bars: %s. Ceiling: n independent "
             "copies of the whole work. Usable "
             "CPUs: %d.%s",
             samples->rounds,
             samples->rounds < statistics_pairs_at_least(1)
                 ? "their whole range, of too few rounds for an interval"
                 : "95 % interval by the sign test",
             context->machine.usable_cpus,
             has_ranks(report)
                 ? " Ranks: a launch a round for all their counts, not timed; "
                   "from a barrier until the sum is at every rank."
                 : "");
}

/* A speedup for the terminal; "-": not measured. */
static const char *cell(const json_t *object, char text[16])
{
    double speedup = report_get(object, "speedup");

    snprintf(text, 16, isnan(speedup) ? "-" : "%.2f", speedup);
    return text;
}

/* The least number of workers above this one that anything was planned for;
 * NAN: none. Ranks on many hosts go further than what one machine has. */
static double next_count(const struct report *report, const char *workload,
                         double after)
{
    size_t i;
    json_t *object;
    double least = NAN;

    json_array_foreach (report->summaries, i, object) {
        double workers = report_get(object, "workers");

        if (is_speedup(object) && workers > after &&
            strcmp(report_text(object, "case"), "serial") != 0 &&
            strcmp(report_text(object, "workload"), workload) == 0)
            least = fmin(least, workers);
    }
    return least;
}

static int print_count(const struct context *context, struct report *report,
                       const char *workload, double workers)
{
    const json_t *ceiling = row(report, "copies", workload, workers);
    bool over = ceiling != NULL && workers > context->machine.usable_cpus;
    char processes[16], threads[16], ranks[16], copies[16];

    return report_line(
        report, "  %.0f worker%s%s\t%s\t%s\t%s\t%s", workers,
        workers > 1 ? "s" : "", over ? " (oversubscribed)" : "",
        cell(row(report, "processes", workload, workers), processes),
        cell(row(report, "threads", workload, workers), threads),
        cell(row(report, "ranks", workload, workers), ranks),
        cell(ceiling, copies));
}

static int print_workload(const struct context *context, struct report *report,
                          const char *workload)
{
    const json_t *serial = row(report, "serial", workload, 1);
    char time[32];

    experiment_time(report_get(serial, "median_s") * 1e6, time, sizeof(time));
    int rc = report_line(report,
                         "speedup: %s (serial %s)\tprocesses\t"
                         "threads\tranks\tceiling",
                         workload, time);
    for (double n = next_count(report, workload, 0); rc == 0 && !isnan(n);
         n = next_count(report, workload, n))
        rc = print_count(context, report, workload, n);
    return rc;
}

int speedup_charts(const struct context *context, const struct samples *samples,
                   struct report *report)
{
    char speedup_title[TITLE], efficiency_title[TITLE], text[CAPTION];
    size_t i;
    json_t *object;
    int rc = 0;

    json_array_foreach (report->summaries, i, object)
        if (rc == 0 && is_speedup(object) &&
            strcmp(report_text(object, "case"), "serial") == 0)
            rc = print_workload(context, report,
                                report_text(object, "workload"));
    if (rc < 0)
        return rc;

    titles(context, report, speedup_title, efficiency_title);
    caption(context, samples, report, text);
    rc = report_chart(report, "speedup", speedup_title, text);
    if (rc == 0)
        rc = report_chart(report, "speedup-efficiency", efficiency_title, text);
    return rc;
}
