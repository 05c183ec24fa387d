/* Experiments without their driver. */
#include "trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct context trial_context(const char *programs,
                             const struct profile *profile)
{
    static const volatile sig_atomic_t never = 0;
    struct context context = { .stop = &never,
                               .options = { .profile = profile } };

    snprintf(context.programs, sizeof(context.programs), "%s", programs);
    return context;
}

struct plan trial_plan(const struct experiment *experiment,
                       const struct context *context)
{
    struct plan plan = { .cases = NULL };
    struct failure failure = { "" };

    assert_int_equal(experiment->plan(context, &plan, &failure), 0);
    return plan;
}

static bool has_values(const struct bench_case *bench_case, va_list pairs)
{
    const char *parameter;
    bool has = true;

    while ((parameter = va_arg(pairs, const char *)) != NULL)
        has &= strcmp(bench_case_value(bench_case, parameter),
                      va_arg(pairs, const char *)) == 0;
    return has;
}

const struct bench_case *trial_case(const struct plan *plan, const char *name,
                                    const char *placement, ...)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_case *one = &plan->cases[i];
        va_list pairs;

        va_start(pairs, placement);
        bool found =
            strcmp(one->name, name) == 0 &&
            (placement == NULL || strcmp(one->placement, placement) == 0) &&
            has_values(one, pairs);
        va_end(pairs);
        if (found)
            return one;
    }
    return NULL;
}

bool trial_has_word(const struct bench_case *bench_case, const char *word)
{
    for (size_t i = 0; bench_case->argv[i] != NULL; i++)
        if (strcmp(bench_case->argv[i], word) == 0)
            return true;
    return false;
}

int trial_try(const struct experiment *experiment,
              const struct context *context, struct plan *plan,
              struct samples *samples, struct report *report,
              struct failure *failure)
{
    *failure = (struct failure){ "" };
    assert_int_equal(report_begin(report), 0);
    int rc = experiment->conclude(context, plan, samples, report, failure);
    samples_free(samples);
    plan_free(plan);
    return rc;
}

static void assert_words(const struct report *report)
{
    size_t i;
    const char *name;
    json_t *chart, *line;

    json_object_foreach (report->charts, name, chart) {
        assert_null(strstr(report_text(chart, "title"), "nan"));
        assert_null(strstr(report_text(chart, "title"), "inf"));
        assert_null(strstr(report_text(chart, "caption"), "nan"));
    }
    json_array_foreach (report->lines, i, line)
        assert_null(strstr(json_string_value(line), "nan"));
}

void trial_conclude(const struct experiment *experiment,
                    const struct context *context, struct plan *plan,
                    struct samples *samples, struct report *report)
{
    const struct context empty = { .programs = "" };
    struct failure failure;

    assert_int_equal(trial_try(experiment, context != NULL ? context : &empty,
                               plan, samples, report, &failure),
                     0);
    assert_words(report);
}

const char *trial_title(const struct report *report, const char *chart)
{
    return report_text(json_object_get(report->charts, chart), "title");
}
