/* creation: the finding of each chart as its title, which never claims more
 * than the intervals support. */
#include "creation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = CREATION_TITLE };

/* "8.2", "61": as many digits as a reader of a title wants. */
static const char *times(double ratio, char text[16])
{
    snprintf(text, 16, ratio >= 20 ? "%.0f" : "%.1f", ratio);
    return text;
}

/* From the smallest to the largest ratio of a process to a thread; false when
 * some interval does not support "more". */
static bool process_range(const struct report *report, const char *placement,
                          double *ret_low, double *ret_high)
{
    size_t i;
    json_t *object;

    *ret_low = INFINITY;
    *ret_high = 0;
    json_array_foreach (report->summaries, i, object) {
        const char *family = report_text(object, "family");
        double ratio = report_get(object, "ratio");

        if (strcmp(report_text(object, "experiment"), "creation") != 0 ||
            strcmp(report_text(object, "placement"), placement) != 0 ||
            strstr(report_text(object, "case"), "-static") != NULL ||
            (strcmp(family, "process") != 0 &&
             strcmp(family, "program") != 0) ||
            isnan(ratio))
            continue;
        if (!(report_get(object, "ratio_low") > 1))
            return false;
        *ret_low = fmin(*ret_low, ratio);
        *ret_high = fmax(*ret_high, ratio);
    }
    return *ret_high > 0;
}

void creation_title_rows(const struct report *report,
                         const struct creation_placement *at, char *title)
{
    const json_t *fork = creation_row(report, "fork", at->name);
    double thread_us =
        report_get(creation_row(report, "pthread", at->name), "median_us");
    char a[16], b[16], cost[32];
    double low, high;

    if (process_range(report, at->name, &low, &high)) {
        times(low, a);
        times(high, b);
        if (strcmp(a, b) == 0)
            snprintf(title, TITLE,
                     "Starting a process costs %s times as much "
                     "as a thread",
                     a);
        else
            snprintf(title, TITLE,
                     "Starting a process costs %s to %s times "
                     "as much as a thread",
                     a, b);
    } else if (report_get(fork, "ratio_low") > 1) {
        snprintf(title, TITLE, "fork costs %s times as much as a thread",
                 times(report_get(fork, "ratio"), a));
    } else if (report_get(fork, "ratio_high") < 1) {
        snprintf(title, TITLE, "fork costs less than a thread: %.2f times",
                 report_get(fork, "ratio"));
    } else if (!isnan(report_get(fork, "ratio"))) {
        snprintf(title, TITLE,
                 "No difference detected between fork and a "
                 "thread");
    } else if (!isnan(thread_us)) {
        experiment_time(thread_us, cost, sizeof(cost));
        snprintf(title, TITLE, "A thread costs %s from call to join", cost);
    } else {
        snprintf(title, TITLE, "What one more flow of control costs");
    }
}

void creation_title_points(const struct report *report,
                           const struct creation_placement *at, char *title)
{
    static const char *const names[] = { "fork", "clone3", "pthread" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const json_t *object = creation_row(report, names[i], at->name);
        double share = report_get(object, "returned_us") /
                       report_get(object, "stamped_reaped_us");

        if (isnan(share))
            continue;
        snprintf(title, TITLE,
                 "%s has returned after %.0f %% of what it "
                 "costs",
                 strcmp(names[i], "pthread") == 0 ? "pthread_create" : names[i],
                 share * 100);
        return;
    }
    snprintf(title, TITLE, "When a new flow of control returns, starts, ends");
}

void creation_title_tails(const struct report *report,
                          const struct creation_placement *at, char *title)
{
    const json_t *fork = creation_row(report, "fork", at->name);
    const json_t *object = isnan(report_get(fork, "median_us"))
                               ? creation_row(report, "pthread", at->name)
                               : fork;
    const char *name = object == fork ? "fork" : "thread";
    double median = report_get(object, "median_us");
    double p99 = report_get(object, "p99_us");
    char a[16];

    if (isnan(median))
        snprintf(title, TITLE, "How long the slowest creations take");
    else if (!isnan(p99))
        snprintf(title, TITLE,
                 "One %s in a hundred takes %s times the median "
                 "or more",
                 name, times(p99 / median, a));
    else
        snprintf(title, TITLE,
                 "The slowest of %.0f %ss took %s times the "
                 "median",
                 report_get(object, "n"), name,
                 times(report_get(object, "max_us") / median, a));
}

/* fork in threads, here and there; "changes" only when the intervals part. */
void creation_title_placements(const struct report *report, char *title)
{
    const json_t *same =
        creation_compared(report, "fork", "pthread", "same-cpu");
    const json_t *free_ = creation_compared(report, "fork", "pthread", "free");
    double here = report_get(same, "ratio"), there = report_get(free_, "ratio");
    char a[16], b[16];

    if (isnan(here) || isnan(there))
        snprintf(title, TITLE, "Where the child runs is part of its cost");
    else if (report_get(same, "ratio_low") > report_get(free_, "ratio_high") ||
             report_get(same, "ratio_high") < report_get(free_, "ratio_low"))
        snprintf(title, TITLE,
                 "A fork costs %s threads on one CPU, %s where "
                 "the scheduler chooses",
                 times(here, a), times(there, b));
    else
        snprintf(title, TITLE,
                 "What a fork costs in threads: no difference by placement "
                 "detected");
}

void creation_title_libc(const struct report *report,
                         const struct creation_placement *at, char *title)
{
    const json_t *ratio = creation_compared(report, "pthread-musl-static",
                                            "pthread-glibc-static", at->name);
    char a[16];

    if (isnan(report_get(ratio, "ratio")))
        snprintf(title, TITLE, "What the C library adds to a creation");
    else if (report_get(ratio, "ratio_low") > 1)
        snprintf(title, TITLE,
                 "A thread costs %s times as much with musl as "
                 "with glibc",
                 times(report_get(ratio, "ratio"), a));
    else if (report_get(ratio, "ratio_high") < 1)
        snprintf(title, TITLE,
                 "A thread costs %s times as much with glibc as "
                 "with musl",
                 times(1 / report_get(ratio, "ratio"), a));
    else
        snprintf(title, TITLE,
                 "No difference detected between threads of "
                 "musl and of glibc");
}
