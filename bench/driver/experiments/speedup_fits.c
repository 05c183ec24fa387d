/* speedup, as laws: Amdahl's from four worker counts on, Gunther's from six. */
#include "speedup.h"

#include "../scaling.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char model_columns[] =
    "workload,case,model,workers,speedup,low,high,extrapolated,fitted_to";

/* One kind's speedups, as scaling_fit() wants them. */
struct points {
    double *workers, *speedup;
    size_t counts, rounds;
};

static void points_free(struct points *points)
{
    free(points->workers);
    free(points->speedup);
}

/* Up to that many workers: beyond usable CPUs, and beyond cores whose hardware
 * threads share them, no law of scaling is at work. */
static int most_workers(const struct machine *machine)
{
    int most = machine->usable_cpus;

    return machine->smt_active > 0 && machine->cores_usable < most
               ? machine->cores_usable
               : most;
}

static int points_make(const struct speedup_results *results, const char *kind,
                       const struct speedup_result *serial, int most,
                       struct points *ret)
{
    size_t rounds = serial->elapsed.rounds;

    *ret = (struct points){
        .rounds = rounds,
        .workers = calloc(results->count, sizeof(double)),
        .speedup = malloc((results->count * rounds + 1) * sizeof(double)),
    };
    if (ret->workers == NULL || ret->speedup == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(results->all[i].bench_case->name, kind) == 0 &&
            strcmp(results->all[i].workload, serial->workload) == 0 &&
            results->all[i].workers <= most)
            ret->workers[ret->counts++] = results->all[i].workers;

    for (size_t c = 0; c < ret->counts; c++) {
        const struct speedup_result *at =
            speedup_find(results, kind, serial->workload, (int)ret->workers[c]);

        for (size_t r = 0; r < rounds; r++)
            ret->speedup[r * ret->counts + c] =
                serial->elapsed.by_round[r] / at->elapsed.by_round[r];
    }
    return 0;
}

struct subject {
    const char *kind, *workload, *model;
    int most; /* workers that were fitted */
};

/* The curve from one worker to four times the fitted: 24 points. */
static int add_curve(struct report *report, const struct subject *subject,
                     const struct scaling *fit)
{
    enum { STEPS = 24 };
    json_t *rows = report_table(report, "speedup-model", model_columns);
    int rc = 0;

    for (int i = 0; i <= STEPS && rc == 0; i++) {
        double workers = pow(4.0 * subject->most, (double)i / STEPS);
        struct scaling_value at = scaling_at(fit, workers);

        rc = report_add(
            rows,
            json_pack("{s:s, s:s, s:s, s:f, s:o, s:o, s:o, s:i, s:i}",
                      "workload", subject->workload, "case", subject->kind,
                      "model", subject->model, "workers", workers, "speedup",
                      report_number(at.value), "low", report_number(at.low),
                      "high", report_number(at.high), "extrapolated",
                      workers > subject->most, "fitted_to", subject->most));
    }
    return rc;
}

static int add_fit(struct report *report, const struct subject *subject,
                   const struct scaling *fit, const char *parameter,
                   struct scaling_value value)
{
    return report_add(
        report->fits,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:i, s:s}",
                  "experiment", "speedup", "case", subject->kind, "workload",
                  subject->workload, "model", subject->model, "parameter",
                  parameter, "value", report_number(value.value), "low",
                  report_number(value.low), "high", report_number(value.high),
                  "ci_level", report_number(value.level), "rounds",
                  (int)fit->rounds, "ci_method",
                  "median of fits to each round; rank interval"));
}

static int fit_law(struct report *report, const char *kind,
                   const char *workload, enum scaling_law law, int most,
                   const struct points *points)
{
    const struct subject subject = { .kind = kind,
                                     .workload = workload,
                                     .model = law == SCALING_AMDAHL ? "amdahl"
                                                                    : "usl",
                                     .most = most };
    struct scaling fit;
    int rc = scaling_fit(law, points->workers, points->counts, points->speedup,
                         points->rounds, 0.95, &fit);

    if (rc < 0)
        return rc == -EINVAL ? 0 : rc; /* too few worker counts for this law */
    rc = add_fit(report, &subject, &fit,
                 law == SCALING_AMDAHL ? "serial share" : "contention",
                 scaling_contention(&fit));
    if (rc == 0 && law == SCALING_USL)
        rc = add_fit(report, &subject, &fit, "coherence",
                     scaling_coherence(&fit));
    if (rc == 0)
        rc = add_curve(report, &subject, &fit);
    scaling_free(&fit);
    return rc;
}

int speedup_fit(const struct context *context,
                const struct speedup_results *results, struct report *report)
{
    static const char *const kinds[] = { "processes", "threads" };
    int most = most_workers(&context->machine);
    int rc = report_table(report, "speedup-model", model_columns) != NULL
                 ? 0
                 : -ENOMEM;

    for (size_t i = 0; i < results->count && rc == 0; i++) {
        const struct speedup_result *serial = &results->all[i];

        if (strcmp(serial->bench_case->name, "serial") != 0)
            continue;
        for (size_t k = 0; k < 2 && rc == 0; k++) {
            struct points points;

            rc = points_make(results, kinds[k], serial, most, &points);
            if (rc == 0)
                rc = fit_law(report, kinds[k], serial->workload, SCALING_AMDAHL,
                             most, &points);
            if (rc == 0)
                rc = fit_law(report, kinds[k], serial->workload, SCALING_USL,
                             most, &points);
            points_free(&points);
        }
    }
    return rc;
}
