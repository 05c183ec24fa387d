/* gil, in words: a title that claims what the intervals support, the caption,
 * and the short table. */
#include "gil.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = 640, CLAIM = 240, CAPTION = 1000, CELL = 32 };

static bool is_gil(const json_t *object)
{
    return strcmp(report_text(object, "experiment"), "gil") == 0;
}

/* What follows the language in the case's name. */
static bool is_kind(const json_t *object, const char *kind)
{
    const char *dash = strchr(report_text(object, "case"), '-');

    return dash != NULL && strcmp(dash + 1, kind) == 0;
}

/* What one panel shows at one worker count; NULL: not asked for. */
static const json_t *row(const struct report *report, const char *kind,
                         const char *interpreter, const char *work, int workers)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        if (is_gil(object) && is_kind(object, kind) &&
            strcmp(report_text(object, "interpreter"), interpreter) == 0 &&
            strcmp(report_text(object, "work"), work) == 0 &&
            report_get(object, "workers") == workers)
            return object;
    }
    return NULL;
}

/* The first Python with (or without) a lock whose threads were measured on
 * that many workers; "": none. */
static const char *measured_python(const struct report *report, bool has_lock,
                                   int workers)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        const char *name = report_text(object, "interpreter");
        const json_t *threads = row(report, "threads", name, "cpu", workers);

        if (strcmp(report_text(object, "case"), "python-serial") == 0 &&
            !isnan(report_get(threads, "speedup")) &&
            report_get(threads, "has_lock") == has_lock)
            return name;
    }
    return "";
}

/* Whether threads and processes both were surely faster than one while they
 * waited. */
static bool waiting_overlaps(const struct report *report, const char *python,
                             int workers)
{
    return report_get(row(report, "threads", python, "waiting", workers),
                      "speedup_low") > 1 &&
           report_get(row(report, "processes", python, "waiting", workers),
                      "speedup_low") > 1;
}

static bool no_difference(const json_t *threads)
{
    return strcmp(report_text(threads, "verdict"), "no difference detected") ==
           0;
}

/* The finding of one Python with or without a lock. */
static void claim(const struct report *report, const char *python, int workers,
                  char *text)
{
    const json_t *threads = row(report, "threads", python, "cpu", workers);
    const json_t *processes = row(report, "processes", python, "cpu", workers);
    double t = report_get(threads, "speedup");
    double p = report_get(processes, "speedup");
    const char *lock =
        report_get(threads, "has_lock") == 0 ? " without a GIL" : "";

    if (isnan(p))
        snprintf(text, CLAIM,
                 "%s%s: computing, threads are %.2f times as fast "
                 "as one",
                 python, lock, t);
    else if (no_difference(threads))
        snprintf(text, CLAIM,
                 "%s%s: computing, no difference between threads and processes "
                 "detected",
                 python, lock);
    else if (strcmp(report_text(threads, "verdict"), "too few rounds") == 0)
        snprintf(text, CLAIM,
                 "%s%s: too few rounds to tell threads from processes", python,
                 lock);
    else if (report_get(threads, "speedup_low") <= 1 &&
             report_get(threads, "speedup_high") >= 1)
        snprintf(text, CLAIM,
                 "%s%s: computing, no gain by threads detected, processes are "
                 "%.2f times as fast as one",
                 python, lock, p);
    else
        snprintf(text, CLAIM,
                 "%s%s: computing, threads are %.2f and processes %.2f times "
                 "as fast as one",
                 python, lock, t, p);
}

static void set_title(const struct context *context,
                      const struct report *report, char *title)
{
    int n = context->machine.usable_cpus;
    const char *locked = measured_python(report, true, n);
    const char *free = measured_python(report, false, n);
    const char *main = locked[0] != '\0' ? locked : free;
    char first[CLAIM], second[CLAIM] = "";

    if (main[0] == '\0') {
        snprintf(title, TITLE,
                 "No Python was measured: what threads and processes bring C");
        return;
    }
    if (n == 1) {
        snprintf(title, TITLE,
                 "One usable CPU: what threads and processes bring %s", main);
        return;
    }
    claim(report, main, n, first);
    if (locked[0] != '\0' && free[0] != '\0')
        claim(report, free, n, second);
    snprintf(title, TITLE, "%d CPUs, %s%s%s%s", n, first,
             second[0] != '\0' ? "; " : "", second,
             waiting_overlaps(report, main, n) ? "; waiting, both overlap"
                                               : "");
}

static void set_caption(const struct context *context,
                        const struct samples *samples,
                        const struct report *report, char *text)
{
    const json_t *control = report_find(report->comparisons, "experiment",
                                        "gil", "case", "c-serial-again", NULL);
    double ratio = report_get(control, "ratio");
    size_t used = (size_t)snprintf(
        text, CAPTION,
        "The same count of primes, checked, or the same time asleep, split "
        "among n workers, a CPU for each as long as there are CPUs (%d). Sizes "
        "differ from row to row, so that the serial runs take about as long: "
        "compare speedups, not seconds. %u rounds in random order, a fresh "
        "program a block; time from the first start past a common gate to the "
        "last end; speedup: median of times paired with their round's own "
        "serial time, bars: 95 %% interval of each by the sign test. GIL: one "
        "lock around the interpreter.",
        context->machine.usable_cpus, samples->rounds);

    if (!isnan(ratio) && used < CAPTION)
        snprintf(text + used, CAPTION - used,
                 " A/A control, serial C twice: %.3f [%.3f, %.3f].", ratio,
                 report_get(control, "ratio_low"),
                 report_get(control, "ratio_high"));
}

/* ---- the short table ---- */

static const char *lock_words(const json_t *object)
{
    double has_lock = report_get(object, "has_lock");

    return has_lock == 1 ? " (GIL)" : has_lock == 0 ? " (no GIL)" : "";
}

static const char *cell(const json_t *object, char text[CELL])
{
    double speedup = report_get(object, "speedup");

    snprintf(text, CELL, isnan(speedup) ? "-" : "%.2f", speedup);
    return text;
}

static int print_workers(struct report *report, const char *interpreter,
                         int workers)
{
    static const char *const works[] = { "cpu", "waiting" };
    char cells[4][CELL];
    unsigned known = 0;

    for (unsigned i = 0; i < 4; i++) {
        const json_t *object = row(report, i % 2 == 0 ? "threads" : "processes",
                                   interpreter, works[i / 2], workers);

        known += object != NULL;
        cell(object, cells[i]);
    }
    if (known == 0)
        return 0;
    return report_line(report, "    %d worker%s\t%s\t%s\t%s\t%s", workers,
                       workers > 1 ? "s" : "", cells[0], cells[1], cells[2],
                       cells[3]);
}

/* Worker counts come in the order of the plan, the same for each. */
static int print_interpreter(struct report *report, const json_t *serial)
{
    const char *name = report_text(serial, "interpreter");
    const json_t *nap = row(report, "serial", name, "waiting", 1);
    char computing[CELL], waiting[CELL];
    size_t i;
    json_t *object;
    int last = 0;

    experiment_time(report_get(serial, "median_us"), computing, CELL);
    experiment_time(report_get(nap, "median_us"), waiting, CELL);
    int rc = report_line(report, "  %s%s: serial\t%s\t\t%s\t", name,
                         lock_words(serial), computing, waiting);
    json_array_foreach (report->summaries, i, object) {
        int workers = (int)report_get(object, "workers");

        if (rc == 0 && workers > last && is_gil(object) &&
            strcmp(report_text(object, "interpreter"), name) == 0 &&
            strcmp(report_text(object, "family"), "control") != 0) {
            rc = print_workers(report, name, workers);
            last = workers;
        }
    }
    return rc;
}

/* The baselines that were measured, or those that were not. */
static int print_interpreters(struct report *report, bool measured)
{
    bool begun = measured;
    size_t i;
    json_t *object;
    int rc = 0;

    json_array_foreach (report->summaries, i, object) {
        bool number = !isnan(report_get(object, "median_us"));

        if (rc < 0 || number != measured || !is_gil(object) ||
            !is_kind(object, "serial") ||
            strcmp(report_text(object, "work"), "cpu") != 0)
            continue;
        if (!begun)
            rc = report_line(report, "gil: not measured");
        begun = true;
        if (rc == 0)
            rc = measured ? print_interpreter(report, object)
                          : report_line(report, "  %s: %.54s",
                                        report_text(object, "interpreter"),
                                        report_text(object, "unavailable"));
    }
    return rc;
}

static int print_rows(struct report *report)
{
    int rc = report_line(report, "gil: speedup\tthreads\tprocesses\t"
                                 "threads wait\tprocesses wait");

    if (rc == 0)
        rc = print_interpreters(report, true);
    return rc == 0 ? print_interpreters(report, false) : rc;
}

int gil_charts(const struct context *context, const struct samples *samples,
               struct report *report)
{
    char title[TITLE], caption[CAPTION];

    set_title(context, report, title);
    set_caption(context, samples, report, caption);
    int rc = print_rows(report);
    return rc == 0 ? report_chart(report, "gil", title, caption) : rc;
}
