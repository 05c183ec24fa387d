/* granularity: the plan, and conclusions that follow from known times: a
 * mechanism that always costs 10 µs must cost 10 % of 100 µs. */
#include "../driver/experiments/granularity.h"

#include "../driver/statistics.h"
#include "blocks.h"
#include "scratch.h"
#include "trial.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { ROUNDS = 12 };

/* ---- The plan ---- */

/* 100,000 steps in 164 µs at best: 610 a µs. */
static const char probe_script[] = "echo index,elapsed_ns,result,error\n"
                                   "echo 0,200000,7,\n"
                                   "echo 1,164000,7,\n"
                                   "echo 2,180000,7,";

static struct context context_in(const char *folder, enum profile_level level)
{
    static const struct profile profiles[PROFILES] = {
        { .level = PROFILE_QUICK, .effort = 1 },
        { .level = PROFILE_DEFAULT, .effort = 2 },
        { .level = PROFILE_THOROUGH, .effort = 5 },
    };
    struct context context = trial_context(folder, &profiles[level]);

    context.machine.first_cpu = 2;
    scratch_script(folder, "probe", probe_script);
    return context;
}

static const struct bench_case *find(const struct plan *plan, const char *name,
                                     const char *placement, const char *task_us)
{
    return trial_case(plan, name, placement, "task_us", task_us, NULL);
}

/* The cases that can be measured, each once, as text. */
static void names_of(const struct plan *plan, char text[256])
{
    const char *last = "";

    text[0] = '\0';
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_case *one = &plan->cases[i];

        if (one->unavailable[0] != '\0' || strcmp(one->name, last) == 0)
            continue;
        last = one->name;
        sprintf(text + strlen(text), "%s ", last);
    }
}

static void the_plan_has_all_lengths(void **state)
{
    struct context context = context_in(*state, PROFILE_DEFAULT);

    struct plan plan = trial_plan(&experiment_granularity, &context);
    /* Two placements; nine lengths of five kinds, and two controls. */
    assert_int_equal(plan.count, 2 * (5 * 9 + 2));

    const struct bench_case *one = find(&plan, "process", "same-cpu", "1");
    assert_true(trial_has_word(one, "granularity"));
    assert_true(trial_has_word(one, "kind=process"));
    assert_true(trial_has_word(one, "steps=610"));
    assert_true(trial_has_word(one, "tasks=20"));
    assert_true(trial_has_word(one, "budget_ms=4"));
    assert_true(trial_has_word(one, "cpu=2"));
    assert_string_equal(bench_case_value(one, "tasks"), "20");
    assert_string_equal(bench_case_value(one, "steps"), "610");
    one = find(&plan, "process-pool", "free", "10000");
    assert_true(trial_has_word(one, "steps=6100000"));
    assert_true(trial_has_word(one, "tasks=1"));
    assert_true(trial_has_word(one, "cpu=-1"));
    assert_true(trial_has_word(find(&plan, "thread-again", "free", "1000"),
                               "kind=thread"));
    assert_non_null(find(&plan, "thread-again", "same-cpu", "1"));
    assert_null(find(&plan, "thread-again", "same-cpu", "10"));
    for (size_t i = 0; i < plan.count; i++)
        assert_int_equal(plan.cases[i].unavailable[0], '\0');
    plan_free(&plan);
}

/* Left out, but not silently. */
static void the_quick_profile_leaves_out_some(void **state)
{
    struct context context = context_in(*state, PROFILE_QUICK);

    struct plan plan = trial_plan(&experiment_granularity, &context);
    assert_string_equal(find(&plan, "serial", "free", "1")->unavailable,
                        "left out by the quick profile; ask for it: "
                        "--placement free");
    assert_string_equal(find(&plan, "process", "same-cpu", "3")->unavailable,
                        "left out by the quick profile");
    assert_int_equal(find(&plan, "serial", "same-cpu", "1")->unavailable[0],
                     '\0');
    assert_true(
        trial_has_word(find(&plan, "serial", "same-cpu", "1"), "budget_ms=2"));
    plan_free(&plan);

    context.options.placement = "free";
    plan = trial_plan(&experiment_granularity, &context);
    assert_int_equal(plan.count, 5 * 9 + 2);
    assert_int_equal(find(&plan, "serial", "free", "1")->unavailable[0], '\0');
    plan_free(&plan);
}

static void only_some_kinds_may_be_asked_for(void **state)
{
    static const struct {
        const char *asked, *names;
    } rows[] = {
        { NULL, "serial thread thread-again process thread-pool "
                "process-pool " },
        { "process", "serial thread thread-again process " },
        { "process-pool",
          "serial thread thread-again thread-pool process-pool " },
        { "thread-pool", "serial thread thread-again thread-pool " },
        { "serial", "serial thread thread-again " },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = context_in(*state, PROFILE_QUICK);
        char text[256];

        context.options.cases = rows[i].asked;
        struct plan plan = trial_plan(&experiment_granularity, &context);
        names_of(&plan, text);
        assert_string_equal(text, rows[i].names);
        plan_free(&plan);
    }
}

static void names_are_known(void **state)
{
    struct context context = context_in(*state, PROFILE_QUICK);
    struct failure failure = { "" };
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];

    assert_int_equal(
        experiment_granularity.check(&context, cases, placements, &failure), 0);
    assert_string_equal(cases, "serial,thread,thread-again,process,thread-pool,"
                               "process-pool");
    assert_string_equal(placements, "same-cpu,free");
}

static void a_probe_that_cannot_calibrate(void **state)
{
    static const char *const scripts[] = {
        "exit 1",
        "echo hello",
        "echo elapsed_ns; echo 0",
        "echo index,elapsed_ns,result,error; echo 0,,,EAGAIN",
    };

    for (size_t i = 0; i < ROWS(scripts); i++) {
        struct context context = context_in(*state, PROFILE_QUICK);
        struct failure failure = { "" };
        struct plan plan = { .cases = NULL };

        scratch_script(*state, "probe", scripts[i]);
        assert_int_equal(experiment_granularity.plan(&context, &plan, &failure),
                         -EPROTO);
        assert_string_not_equal(failure.text, "");
        plan_free(&plan);
    }
}

/* ---- One round's crossing ---- */

static void crossings_are_found(void **state)
{
    static const struct {
        double times[5]; /* of 1, 10, 100, 1,000 and 10,000 µs */
        double ten, one;
    } rows[] = {
        /* Always 10 µs more; always 3 µs more: between two lengths. */
        { { 11, 20, 110, 1010, 10010 }, 100, 1000 },
        { { 4, 13, 103, 1003, 10003 }, 30, 300 },
        /* Beyond either end. */
        { { 1.05, 10.5, 105, 1050, 10500 }, 0, INFINITY },
        { { 1.001, 10.001, 100, 1000, 10000 }, 0, 0 },
        { { 2, 20, 200, 2000, 20000 }, INFINITY, INFINITY },
        /* Faster than the work alone is noise, and no overhead. */
        { { 11, 20, 99, 990, 9900 }, 37.2, 70.1 },
        /* 1,000 µs rose by chance, 100 µs fell: 5 % each when pooled. */
        { { 101, 60, 102, 1080, 10000 }, 84.0, 2780 },
        { { 11, NAN, 110, 1010, 10010 }, NAN, NAN },
    };
    static const double lengths[] = { 1, 10, 100, 1000, 10000 };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const double shares[] = { 0.1, 0.01 };
        const double expected[] = { rows[i].ten, rows[i].one };

        for (size_t s = 0; s < 2; s++) {
            double beyond[5];

            for (size_t l = 0; l < 5; l++)
                beyond[l] = rows[i].times[l] / lengths[l] - 1;
            double found =
                granularity_crossing_of(lengths, beyond, 5, shares[s]);

            if (isnan(expected[s]))
                assert_true(isnan(found));
            else if (isinf(expected[s]) || expected[s] == 0)
                assert_true(found == expected[s]);
            else
                assert_true(fabs(found / expected[s] - 1) < 0.005);
        }
    }
}

static void crossings_need_two_lengths(void **state)
{
    static const double lengths[] = { 1, 10 }, unknown[] = { 1, NAN };
    static const double beyond[] = { 4, 0.05 };

    (void)state;
    assert_true(isnan(granularity_crossing_of(lengths, beyond, 0, 0.1)));
    assert_true(isnan(granularity_crossing_of(lengths, beyond, 1, 0.1)));
    assert_true(isnan(granularity_crossing_of(unknown, beyond, 2, 0.1)));
    assert_false(isnan(granularity_crossing_of(lengths, beyond, 2, 0.1)));
}

/* ---- Conclusions ---- */

static const double lengths_us[] = { 1, 10, 100, 1000, 10000 };

/* Every length of one kind: it costs `over_us` a task, in odd rounds
 * `odd_us`. */
static void add_kind(struct plan *plan, struct samples *samples,
                     const char *name, const char *family,
                     const char *placement, double over_us, double odd_us)
{
    for (size_t l = 0; l < ROWS(lengths_us); l++) {
        size_t index = plan->count;
        unsigned tasks = l == 0 ? 20 : 2;
        struct bench_case *added = blocks_case(plan, name, family, placement);
        char text[256];

        bench_case_parameter(added, 0, "task_us", "%.0f", lengths_us[l]);
        bench_case_parameter(added, 1, "steps", "%.0f", lengths_us[l] * 610);
        bench_case_parameter(added, 2, "tasks", "%u", tasks);
        for (unsigned round = 0; round < ROUNDS; round++) {
            double us = lengths_us[l] + (round % 2 == 1 ? odd_us : over_us);

            snprintf(text, sizeof(text),
                     "index,elapsed_ns,result,error\n0,%.0f,%zu,\n"
                     "1,%.0f,%zu,\n2,%.0f,%zu,\n",
                     us * tasks * 1000 - 1, 77 + l, us * tasks * 1000, 77 + l,
                     us * tasks * 1000 + 1, 77 + l);
            blocks_add(samples, index, round, text);
        }
    }
}

static void conclude(struct plan *plan, struct samples *samples,
                     struct report *report)
{
    trial_conclude(&experiment_granularity, NULL, plan, samples, report);
    assert_int_equal(json_object_size(report->charts), 2);
}

static const json_t *row(const json_t *array, const char *name, double task_us)
{
    size_t i;
    json_t *object;

    json_array_foreach (array, i, object) {
        if (strcmp(report_text(object, "case"), name) == 0 &&
            report_get(json_object_get(object, "parameters"), "task_us") ==
                task_us)
            return object;
    }
    return NULL;
}

static bool near(double value, double expected)
{
    return fabs(value / expected - 1) < 1e-6;
}

static void known_times_have_known_overheads(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_kind(&plan, &samples, "serial", "control", "same-cpu", 0, 0);
    add_kind(&plan, &samples, "thread", "thread", "same-cpu", 10, 10);
    add_kind(&plan, &samples, "thread-again", "control", "same-cpu", 10, 10);
    add_kind(&plan, &samples, "process", "process", "same-cpu", 60, 100);
    add_kind(&plan, &samples, "thread-pool", "thread", "same-cpu", 5, 5);
    add_kind(&plan, &samples, "process-pool", "process", "same-cpu", 5, 5);
    conclude(&plan, &samples, &report);

    const json_t *one = row(report.summaries, "thread", 10);
    assert_true(near(report_get(one, "median_us"), 20));
    assert_true(near(report_get(one, "serial_us"), 10));
    assert_true(near(report_get(one, "overhead_us"), 10));
    assert_true(near(report_get(one, "overhead_low_us"), 10));
    assert_true(near(report_get(one, "efficiency"), 0.5));
    assert_true(report_get(one, "n") == 3 * ROUNDS);
    assert_true(report_get(one, "blocks") == ROUNDS);
    assert_true(isnan(report_get(one, "ratio")));
    one = row(report.summaries, "process", 100);
    assert_true(near(report_get(one, "overhead_us"), 80)); /* of 60, 100 */
    assert_true(near(report_get(one, "overhead_low_us"), 60));
    assert_true(near(report_get(one, "overhead_high_us"), 100));
    assert_true(near(report_get(one, "efficiency_low"), 0.5));
    assert_true(near(report_get(one, "efficiency_high"), 0.625));
    one = row(report.summaries, "serial", 100);
    assert_true(near(report_get(one, "median_us"), 100));
    assert_true(isnan(report_get(one, "efficiency")));

    one = row(report.comparisons, "process", 10);
    assert_string_equal(report_text(one, "base"), "thread");
    assert_true(near(report_get(one, "ratio"), 4.5)); /* of 3.5 and 5.5 */
    assert_true(report_get(one, "comparisons") == 5);
    assert_true(report_get(one, "ci_level") == 1 - 0.05 / 5);
    assert_string_equal(report_text(one, "verdict"), "slower");
    one = row(report.comparisons, "process-pool", 1000);
    assert_string_equal(report_text(one, "base"), "thread-pool");
    assert_string_equal(report_text(one, "verdict"), "no difference detected");
    one = row(report.comparisons, "thread-again", 1);
    assert_true(report_get(one, "ci_level") == 0.95);
    assert_int_equal(json_array_size(report.comparisons), 3 * 5);
    assert_int_equal(json_array_size(report.warnings), 0);
    report_end(&report);
}

static void known_overheads_have_known_crossings(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_kind(&plan, &samples, "serial", "control", "same-cpu", 0, 0);
    add_kind(&plan, &samples, "thread", "thread", "same-cpu", 10, 10);
    add_kind(&plan, &samples, "process", "process", "same-cpu", 60, 200);
    add_kind(&plan, &samples, "thread-pool", "thread", "same-cpu", 0.05, 0.05);
    conclude(&plan, &samples, &report);

    assert_int_equal(json_array_size(report.fits), 3);
    const json_t *fit = report_find(report.fits, "case", "thread", NULL);
    assert_true(near(report_get(fit, "ten_percent_us"), 100));
    assert_true(near(report_get(fit, "ten_percent_us_low"), 100));
    assert_true(near(report_get(fit, "ten_percent_us_high"), 100));
    assert_true(near(report_get(fit, "one_percent_us"), 1000));
    assert_true(report_get(fit, "rounds") == ROUNDS);
    assert_string_equal(report_text(fit, "ten_percent_words"), "100 µs");
    /* 600 and 2,000 µs; 6 ms, and in half of the rounds above 10 ms. */
    fit = report_find(report.fits, "case", "process", NULL);
    assert_true(near(report_get(fit, "ten_percent_us"), 1300));
    assert_true(near(report_get(fit, "ten_percent_us_low"), 600));
    assert_true(near(report_get(fit, "ten_percent_us_high"), 2000));
    assert_true(isnan(report_get(fit, "one_percent_us")));
    assert_true(near(report_get(fit, "one_percent_us_low"), 6000));
    assert_true(isnan(report_get(fit, "one_percent_us_high")));
    assert_string_equal(report_text(fit, "one_percent_words"), "above 10 ms");
    fit = report_find(report.fits, "case", "thread-pool", NULL);
    assert_true(isnan(report_get(fit, "ten_percent_us")));
    assert_string_equal(report_text(fit, "ten_percent_words"), "below 1 µs");
    assert_true(near(report_get(fit, "one_percent_us"), 5));

    assert_string_equal(trial_title(&report, "granularity"),
                        "A thread for each task costs 10 % of it at 100 µs, a "
                        "process for each at 1.30 ms");
    const json_t *table = json_object_get(
        json_object_get(report.tables, "granularity-crossings"), "rows");
    assert_int_equal(json_array_size(table), 3 * 2);
    report_end(&report);
}

/* Five rounds reach 94 %: no interval, and no claim that two kinds differ. */
static void few_rounds_claim_nothing(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_kind(&plan, &samples, "serial", "control", "same-cpu", 0, 0);
    add_kind(&plan, &samples, "thread", "thread", "same-cpu", 10, 10);
    add_kind(&plan, &samples, "process", "process", "same-cpu", 80, 80);
    for (size_t i = 0; i < samples.count; i++)
        if (samples.blocks[i].round >= 5)
            samples.blocks[i].excluded = "suspended";
    conclude(&plan, &samples, &report);
    const json_t *fit = report_find(report.fits, "case", "process", NULL);
    assert_true(near(report_get(fit, "ten_percent_us"), 800));
    assert_true(isnan(report_get(fit, "ten_percent_us_low")));
    assert_true(isnan(report_get(fit, "ten_percent_us_high")));
    assert_true(near(report_get(fit, "ci_level_reached"), 0.9375));
    assert_string_equal(trial_title(&report, "granularity"),
                        "Where a worker each costs 10 % of the task: no "
                        "difference detected");
    report_end(&report);
}

/* The lengths follow the CPU of this run, not that of the plan; and one length
 * that was disturbed moves none. */
static void lengths_follow_the_pace(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_kind(&plan, &samples, "serial", "control", "same-cpu", 0, 0);
    for (size_t i = 0; i < plan.count; i++) {
        double planned = i == 2 ? lengths_us[i] / 7 : lengths_us[i] / 1.25;

        bench_case_parameter(&plan.cases[i], 0, "task_us", "%.6f", planned);
    }
    conclude(&plan, &samples, &report);
    assert_true(
        near(report_get(json_array_get(report.summaries, 0), "length_us"), 1));
    assert_true(
        near(report_get(json_array_get(report.summaries, 2), "length_us"),
             100 * 1.25 / 7));
    assert_true(near(
        report_get(json_array_get(report.summaries, 2), "serial_us"), 100));
    report_end(&report);
}

static void titles_follow_the_intervals(void **state)
{
    static const struct {
        double thread_us, thread_odd_us; /* NAN: not measured */
        double process_us;
        const char *title;
    } rows[] = {
        { 10, 10, 80,
          "A thread for each task costs 10 % of it at 100 µs, a process for "
          "each at 800 µs" },
        { 10, 10, 2000,
          "A thread for each task costs 10 % of it at 100 µs, a process for "
          "each above 10 ms" },
        { 0.01, 0.01, 20,
          "A thread for each task costs 10 % of it below 1 µs, a process for "
          "each at 200 µs" },
        { 10, 100, 20,
          "Where a worker each costs 10 % of the task: no difference "
          "detected" },
        /* Both beyond: that is all that is known. */
        { 3000, 3000, 2000,
          "Where a worker each costs 10 % of the task: no difference "
          "detected" },
        { 10, 10, NAN, "A thread for each task costs 10 % of it at 100 µs" },
        { NAN, NAN, 20, "A process for each task costs 10 % of it at 200 µs" },
        { NAN, NAN, NAN,
          "How long a task must be until its worker's creation stops "
          "mattering" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_kind(&plan, &samples, "serial", "control", "same-cpu", 0, 0);
        if (!isnan(rows[i].thread_us))
            add_kind(&plan, &samples, "thread", "thread", "same-cpu",
                     rows[i].thread_us, rows[i].thread_odd_us);
        if (!isnan(rows[i].process_us))
            add_kind(&plan, &samples, "process", "process", "same-cpu",
                     rows[i].process_us, rows[i].process_us);
        conclude(&plan, &samples, &report);
        assert_string_equal(trial_title(&report, "granularity"), rows[i].title);
        report_end(&report);
    }
}

static void an_unreliable_control_is_told(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_kind(&plan, &samples, "serial", "control", "free", 0, 0);
    add_kind(&plan, &samples, "thread", "thread", "free", 10, 10);
    add_kind(&plan, &samples, "thread-again", "control", "free", 12, 12);
    conclude(&plan, &samples, &report);
    /* 1, 10 µs: 18 and 10 % more. 100 µs: 1.8 %, which is let pass. */
    assert_int_equal(json_array_size(report.warnings), 2);
    const char *warning = json_string_value(json_array_get(report.warnings, 0));
    assert_non_null(strstr(warning, "granularity at free with tasks of 1 µs is "
                                    "unreliable"));
    assert_non_null(
        strstr(report_text(json_object_get(report.charts, "granularity-free"),
                           "caption"),
               "1.182 [1.182, 1.182] with tasks of 1 µs; 1.100"));
    report_end(&report);
}

static void nothing_was_measured(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    for (size_t k = 0; k < granularity_kinds_count; k++) {
        struct bench_case *added =
            blocks_case(&plan, granularity_kinds[k].name,
                        granularity_kinds[k].family, "same-cpu");

        bench_case_parameter(added, 0, "task_us", "10");
        bench_case_parameter(added, 2, "tasks", "20");
        snprintf(added->unavailable, sizeof(added->unavailable), "because");
    }
    conclude(&plan, &samples, &report);
    const json_t *one = row(report.summaries, "process", 10);
    assert_string_equal(report_text(one, "unavailable"), "because");
    assert_true(isnan(report_get(one, "efficiency")));
    const json_t *fit = report_find(report.fits, "case", "process", NULL);
    assert_true(isnan(report_get(fit, "ten_percent_us")));
    assert_string_equal(report_text(fit, "ten_percent_words"), "not measured");
    assert_string_equal(
        report_text(row(report.comparisons, "process", 10), "verdict"),
        "not measured");
    assert_int_equal(json_array_size(report.lines), 0);
    report_end(&report);
}

/* Refused from the start, or from some round on. */
static void refusals_are_results(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_kind(&plan, &samples, "serial", "control", "same-cpu", 0, 0);
    size_t index = plan.count;
    struct bench_case *added =
        blocks_case(&plan, "process", "process", "same-cpu");
    bench_case_parameter(added, 0, "task_us", "10");
    bench_case_parameter(added, 2, "tasks", "2");
    blocks_add(&samples, index, 0,
               "index,elapsed_ns,result,error\n0,,,EAGAIN\n");
    conclude(&plan, &samples, &report);
    const json_t *one = row(report.summaries, "process", 10);
    assert_true(report_get(one, "failed") == 1);
    assert_non_null(strstr(report_text(one, "unavailable"), "EAGAIN"));
    report_end(&report);
}

static void wrong_results_void_the_run(void **state)
{
    static const struct {
        const char *block, *said;
    } rows[] = {
        { "index,elapsed_ns,result,error\n0,1000,4711,\n",
          "the run is void: process found 4711 where serial found 81" },
        { "index,elapsed_ns,result,error\n0,,,EBADMSG\n",
          "the run is void: process got a wrong result" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct context context = { .programs = "" };
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct failure failure = { "" };
        struct report report;

        add_kind(&plan, &samples, "serial", "control", "same-cpu", 0, 0);
        add_kind(&plan, &samples, "process", "process", "same-cpu", 10, 10);
        blocks_add(&samples, plan.count - 1, ROUNDS - 1, rows[i].block);
        assert_int_equal(trial_try(&experiment_granularity, &context, &plan,
                                   &samples, &report, &failure),
                         -EBADMSG);
        assert_non_null(strstr(failure.text, rows[i].said));
        report_end(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_plan_has_all_lengths, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(the_quick_profile_leaves_out_some,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(only_some_kinds_may_be_asked_for,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(names_are_known, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(a_probe_that_cannot_calibrate,
                                        scratch_begin, scratch_end),
        cmocka_unit_test(crossings_are_found),
        cmocka_unit_test(crossings_need_two_lengths),
        cmocka_unit_test(known_times_have_known_overheads),
        cmocka_unit_test(known_overheads_have_known_crossings),
        cmocka_unit_test(few_rounds_claim_nothing),
        cmocka_unit_test(lengths_follow_the_pace),
        cmocka_unit_test(titles_follow_the_intervals),
        cmocka_unit_test(an_unreliable_control_is_told),
        cmocka_unit_test(nothing_was_measured),
        cmocka_unit_test(refusals_are_results),
        cmocka_unit_test(wrong_results_void_the_run),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("granularity", tests, NULL, NULL);
}
