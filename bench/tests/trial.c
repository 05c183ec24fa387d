/* Experiments without their driver. */
#include "trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct plan trial_plan(const struct experiment *experiment,
                       const struct context *context)
{
    struct plan plan = { .cases = NULL };
    struct failure failure = { "" };

    assert_int_equal(experiment->plan(context, &plan, &failure), 0);
    return plan;
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

    json_object_foreach(report->charts, name, chart)
    {
        assert_null(strstr(report_text(chart, "title"), "nan"));
        assert_null(strstr(report_text(chart, "title"), "inf"));
        assert_null(strstr(report_text(chart, "caption"), "nan"));
    }
    json_array_foreach(report->lines, i, line)
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
