/* speedup, in words and models: titles that claim what the intervals support,
 * and Amdahl's and Gunther's curves where there are enough worker counts. */
#include "speedup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE = 160, CAPTION = 700, POINTS = 256 };

static const char model_columns[] =
    "workload,case,model,workers,speedup,low,high,extrapolated";

static bool is_speedup(const json_t *object)
{
    return strcmp(report_text(object, "experiment"), "speedup") == 0;
}

static const json_t *row(const struct report *report, const char *kind,
                         const char *workload, double workers)
{
    size_t i;
    json_t *object;

    json_array_foreach(
        report->summaries, i,
        object) if (is_speedup(object) &&
                    strcmp(report_text(object, "case"), kind) == 0 &&
                    strcmp(report_text(object, "workload"), workload) == 0 &&
                    report_get(object, "workers") == workers) return object;
    return NULL;
}

/* ---- models ---- */

/* The measured points of one kind, up to the CPUs that there are: beyond them
 * no law of scaling is at work. */
static size_t points(const struct report *report, const char *kind,
                     const char *workload, double most, double *workers,
                     double *speedup)
{
    size_t i, n = 0;
    json_t *object;

    json_array_foreach(report->summaries, i, object)
    {
        double s = report_get(object, "speedup");
        double w = report_get(object, "workers");

        if (!is_speedup(object) || isnan(s) || w > most || n == POINTS ||
            strcmp(report_text(object, "case"), kind) != 0 ||
            strcmp(report_text(object, "workload"), workload) != 0)
            continue;
        workers[n] = w;
        speedup[n++] = s;
    }
    return n;
}

/* The curve from one worker to four times the CPUs: 24 points a run. */
static int add_curve(struct report *report, const char *kind,
                     const char *workload, const char *model, double most,
                     struct curve_point (*at)(const void *fit, double workers),
                     const void *fit)
{
    enum { STEPS = 24 };
    json_t *rows = report_table(report, "speedup-model", model_columns);
    int rc = 0;

    for (int i = 0; i <= STEPS && rc == 0; i++) {
        double workers = pow(4 * most, (double)i / STEPS);
        struct curve_point point = at(fit, workers);

        rc = report_add(rows,
                        json_pack("{s:s, s:s, s:s, s:f, s:o, s:o, s:o, s:i}",
                                  "workload", workload, "case", kind, "model",
                                  model, "workers", workers, "speedup",
                                  report_number(point.speedup), "low",
                                  report_number(point.low), "high",
                                  report_number(point.high), "extrapolated",
                                  workers > most));
    }
    return rc;
}

static struct curve_point amdahl_at(const void *fit, double workers)
{
    return statistics_amdahl_at(fit, workers);
}

static struct curve_point usl_at(const void *fit, double workers)
{
    return statistics_usl_at(fit, workers);
}

static int add_fit(struct report *report, const char *kind,
                   const char *workload, const char *model,
                   const char *parameter, const struct estimate *estimate)
{
    return report_add(
        report->fits,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:f}", "experiment",
                  "speedup", "case", kind, "workload", workload, "model", model,
                  "parameter", parameter, "value",
                  report_number(estimate->value), "low",
                  report_number(estimate->low), "high",
                  report_number(estimate->high), "ci_level", 0.95));
}

static int fit_kind(const struct context *context, struct report *report,
                    const char *kind, const char *workload)
{
    double workers[POINTS], speedup[POINTS];
    double most = context->machine.usable_cpus;
    size_t n = points(report, kind, workload, most, workers, speedup);
    struct amdahl amdahl;
    struct usl usl;
    int rc = 0;

    if (statistics_amdahl(workers, speedup, n, 0.95, &amdahl) == 0) {
        rc = add_fit(report, kind, workload, "amdahl", "serial share",
                     &amdahl.serial);
        if (rc == 0)
            rc = add_curve(report, kind, workload, "amdahl", most, amdahl_at,
                           &amdahl);
    }
    if (rc == 0 && statistics_usl(workers, speedup, n, 0.95, &usl) == 0) {
        rc = add_fit(report, kind, workload, "usl", "contention",
                     &usl.contention);
        if (rc == 0)
            rc = add_fit(report, kind, workload, "usl", "coherence",
                         &usl.coherence);
        if (rc == 0)
            rc = add_curve(report, kind, workload, "usl", most, usl_at, &usl);
    }
    return rc;
}

/* ---- words ---- */

static const char *first_workload(const struct report *report)
{
    size_t i;
    json_t *object;

    json_array_foreach(
        report->summaries, i,
        object) if (is_speedup(object)) return report_text(object, "workload");
    return "";
}

/* Whether some comparison of threads with processes found a difference. */
static bool kinds_differ(const struct report *report, const char *workload,
                         int workers)
{
    size_t i;
    json_t *object;

    json_array_foreach(
        report->comparisons, i,
        object) if (is_speedup(object) &&
                    strcmp(report_text(object, "case"), "threads") == 0 &&
                    strcmp(report_text(object, "workload"), workload) == 0 &&
                    report_get(object, "workers") == workers &&
                    strcmp(report_text(object, "verdict"),
                           "no difference detected") != 0) return true;
    return false;
}

static void titles(const struct context *context, const struct report *report,
                   char *speedup_title, char *efficiency_title)
{
    int n = context->machine.usable_cpus;
    const char *workload = first_workload(report);
    const json_t *threads = row(report, "threads", workload, n);
    const json_t *processes = row(report, "processes", workload, n);
    double t = report_get(threads, "speedup");
    double p = report_get(processes, "speedup");
    const json_t *worse =
        report_get(threads, "of_ceiling") < report_get(processes, "of_ceiling")
            ? threads
            : processes;
    double low = fmin(report_get(threads, "speedup_low"),
                      report_get(processes, "speedup_low"));

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
    else if (kinds_differ(report, workload, n))
        snprintf(speedup_title, TITLE,
                 "%s on %d CPUs: processes %.2f times, "
                 "threads %.2f times as fast",
                 workload, n, p, t);
    else if (low <= 1)
        snprintf(speedup_title, TITLE, "%s on %d CPUs: no speedup detected",
                 workload, n);
    else
        snprintf(speedup_title, TITLE,
                 "%s on %d CPUs: %.2f times as fast, "
                 "no difference between kinds detected",
                 workload, n, (t + p) / 2);
}

static void caption(const struct context *context,
                    const struct samples *samples, char *text)
{
    snprintf(text, CAPTION,
             "Same work, same results, checked; a CPU for each worker, cores "
             "first. %u rounds in random order, a fresh program a block; time "
             "from the first start past a common gate to the last end; "
             "speedup: median of times paired with their round's serial time, "
             "bars: 95 %% interval by the sign test. Ceiling: n independent "
             "copies of the whole work. Usable "
             "CPUs: %d.",
             samples->rounds, context->machine.usable_cpus);
}

/* A speedup for the terminal; "-": not measured. */
static const char *cell(const json_t *object, char text[16])
{
    double speedup = report_get(object, "speedup");

    snprintf(text, 16, isnan(speedup) ? "-" : "%.2f", speedup);
    return text;
}

static int print_workload(const struct context *context, struct report *report,
                          const char *workload)
{
    size_t i;
    json_t *object;
    const json_t *serial = row(report, "serial", workload, 1);
    char time[32];

    experiment_time(report_get(serial, "median_s") * 1e6, time, sizeof(time));
    int rc = report_line(report,
                         "speedup: %s (serial %s)\tprocesses\t"
                         "threads\tceiling",
                         workload, time);
    json_array_foreach(report->summaries, i, object)
    {
        double workers = report_get(object, "workers");
        char processes[16], threads[16], copies[16];

        if (rc < 0 || !is_speedup(object) ||
            strcmp(report_text(object, "case"), "copies") != 0 ||
            strcmp(report_text(object, "workload"), workload) != 0)
            continue;
        rc = report_line(
            report, "  %.0f worker%s%s\t%s\t%s\t%s", workers,
            workers > 1 ? "s" : "",
            workers > context->machine.usable_cpus ? " (oversubscribed)" : "",
            cell(row(report, "processes", workload, workers), processes),
            cell(row(report, "threads", workload, workers), threads),
            cell(object, copies));
    }
    return rc;
}

static int workload_words(const struct context *context, struct report *report,
                          const char *workload)
{
    int rc = print_workload(context, report, workload);

    if (rc == 0)
        rc = fit_kind(context, report, "processes", workload);
    if (rc == 0)
        rc = fit_kind(context, report, "threads", workload);
    return rc;
}

int speedup_charts(const struct context *context, const struct samples *samples,
                   struct report *report)
{
    char speedup_title[TITLE], efficiency_title[TITLE], text[CAPTION];
    size_t i;
    json_t *object;
    int rc = 0;

    if (report_table(report, "speedup-model", model_columns) == NULL)
        return -ENOMEM;
    json_array_foreach(
        report->summaries, i,
        object) if (rc == 0 && is_speedup(object) &&
                    strcmp(report_text(object, "case"), "serial") == 0) rc =
        workload_words(context, report, report_text(object, "workload"));
    if (rc < 0)
        return rc;

    titles(context, report, speedup_title, efficiency_title);
    caption(context, samples, text);
    rc = report_chart(report, "speedup", speedup_title, text);
    if (rc == 0)
        rc = report_chart(report, "speedup-efficiency", efficiency_title, text);
    return rc;
}
