/* creation: the plan for several machines, and that no title claims what the
 * intervals of its data do not support. */
#include "../driver/experiments/creation.h"

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
enum { ROUNDS = 20 };

/* ---- The plan ---- */

static const char probe_script[] =
    "echo mechanism,family,label,note,needs\n"
    "echo timer,timer,the clock,nothing created,\n"
    "echo pthread,thread,pthread_create,the baseline,\n"
    "echo pthread-again,control,again,the noise floor,\n"
    "echo fork,process,fork,copies page tables,\n"
    "echo fork-exec-dynamic,program,fork + exec,libraries,empty-dynamic";

/* A machine of two cores, and a folder with a probe that can only list. */
static struct context context_in(const char *folder)
{
    static const struct profile usual = { .level = PROFILE_DEFAULT,
                                          .block_ms = 20,
                                          .effort = 1 };
    struct context context = trial_context(folder, &usual);

    context.machine.first_cpu = 2;
    context.machine.other_cpu = 3;
    scratch_script(folder, "probe", probe_script);
    return context;
}

static const struct bench_case *find(const struct plan *plan, const char *name,
                                     const char *placement, const char *stamped)
{
    return trial_case(plan, name, placement, "stamped", stamped, NULL);
}

static void the_plan_has_every_mechanism_everywhere(void **state)
{
    struct context context = context_in(*state);

    scratch_script(*state, "probe-glibc-static", "exit 1");
    struct plan plan = trial_plan(&experiment_creation, &context);
    /* 5 mechanisms, all but the timer and the control with a stamp, at 3
     * placements; static: pthread and fork twice, on one CPU. */
    assert_int_equal(plan.count, 3 * (5 + 3) + 2 * 2);

    const struct bench_case *fork = find(&plan, "fork", "other-cpu", "0");
    assert_non_null(fork);
    assert_true(trial_has_word(fork, "cpu=2"));
    assert_true(trial_has_word(fork, "child_cpu=3"));
    assert_true(trial_has_word(fork, "stamp=0"));
    assert_true(trial_has_word(fork, "samples=20"));
    assert_int_equal(fork->every, 1);
    assert_string_equal(fork->note, "copies page tables; and the move");
    assert_int_equal(fork->unavailable[0], '\0');

    const struct bench_case *stamped = find(&plan, "fork", "free", "1");
    assert_true(trial_has_word(stamped, "stamp=1"));
    /* Where tails are drawn. */
    assert_true(
        trial_has_word(find(&plan, "fork", "same-cpu", "0"), "samples=40"));
    assert_true(
        trial_has_word(find(&plan, "fork", "same-cpu", "1"), "samples=20"));
    assert_true(trial_has_word(stamped, "cpu=-1"));
    assert_int_equal(stamped->every, 3);
    assert_true(
        trial_has_word(find(&plan, "fork", "same-cpu", "0"), "child_cpu=-1"));
    assert_null(find(&plan, "timer", "free", "1"));

    const struct bench_case *glibc =
        find(&plan, "pthread-glibc-static", "same-cpu", "0");
    assert_int_equal(glibc->unavailable[0], '\0');
    assert_null(find(&plan, "pthread-glibc-static", "free", "0"));
    assert_null(find(&plan, "timer-glibc-static", "same-cpu", "0"));
    assert_string_equal(
        find(&plan, "pthread-musl-static", "same-cpu", "0")->unavailable,
        "probe-musl-static was not built on this machine");
    assert_string_equal(
        find(&plan, "fork-exec-dynamic", "free", "0")->unavailable,
        "empty-dynamic was not built on this machine");
    plan_free(&plan);
}

static void one_core_has_no_other(void **state)
{
    struct context context = context_in(*state);

    context.machine.other_cpu = -1;
    struct plan plan = trial_plan(&experiment_creation, &context);
    assert_string_equal(find(&plan, "fork", "other-cpu", "0")->unavailable,
                        "only one core is usable");
    assert_int_equal(find(&plan, "fork", "same-cpu", "0")->unavailable[0],
                     '\0');
    plan_free(&plan);
}

static void the_control_is_always_there(void **state)
{
    struct context context = context_in(*state);

    context.options.cases = "fork";
    context.options.placement = "free";
    struct plan plan = trial_plan(&experiment_creation, &context);
    assert_int_equal(plan.count, 3 + 2);
    assert_non_null(find(&plan, "fork", "free", "0"));
    assert_non_null(find(&plan, "pthread", "free", "0"));
    assert_non_null(find(&plan, "pthread-again", "free", "0"));
    plan_free(&plan);
}

static void names_are_those_of_the_probe(void **state)
{
    struct context context = context_in(*state);
    struct failure failure = { "" };
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];

    assert_int_equal(
        experiment_creation.check(&context, cases, placements, &failure), 0);
    assert_string_equal(cases, "timer,pthread,pthread-again,fork,"
                               "fork-exec-dynamic,pthread-glibc-static,"
                               "fork-glibc-static,pthread-musl-static,"
                               "fork-musl-static");
    assert_string_equal(placements, "same-cpu,other-cpu,free");
}

static void a_probe_that_cannot_list(void **state)
{
    static const struct {
        const char *script;
        int rc;
    } rows[] = {
        { "exit 1", -EPROTO },
        { "echo hello", -EPROTO },
        { "echo a,b; echo 1,2", -EPROTO },
        { "echo no list today >&2; exit 1", -EPROTO },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = context_in(*state);
        struct failure failure = { "" };
        struct plan plan = { .cases = NULL };

        scratch_script(*state, "probe", rows[i].script);
        assert_int_equal(experiment_creation.plan(&context, &plan, &failure),
                         rows[i].rc);
        assert_string_not_equal(failure.text, "");
        plan_free(&plan);
    }
}

/* ---- Conclusions ---- */

/* Blocks of three samples around `us` in every round but `missing` at the end;
 * `spread` makes odd rounds dearer by that share. */
static void add_rounds(struct plan *plan, struct samples *samples,
                       const char *name, const char *family,
                       const char *placement, double us, double spread)
{
    size_t index = plan->count;
    char text[256];

    bench_case_parameter(blocks_case(plan, name, family, placement), 0,
                         "stamped", "0");
    for (unsigned round = 0; round < ROUNDS; round++) {
        double ns = us * 1000 * (round % 2 == 1 ? 1 + spread : 1);

        snprintf(text, sizeof(text),
                 "warmup,returned_ns,reaped_ns,error\n1,1,9,\n"
                 "0,%.0f,%.0f,\n0,%.0f,%.0f,\n0,%.0f,%.0f,\n\n"
                 "faults,voluntary_switches,involuntary_switches\n34,2,0.5\n",
                 ns / 2, ns - 1, ns / 2, ns, ns / 2, ns + 1);
        blocks_add(samples, index, round, text);
    }
}

static void conclude(struct plan *plan, struct samples *samples,
                     struct report *report)
{
    trial_conclude(&experiment_creation, NULL, plan, samples, report);
}

/* All charts are there, and no title is about what was not measured. */
static void assert_titles(const struct report *report)
{
    const char *name;
    json_t *chart;

    assert_int_equal(json_object_size(report->charts), 5);
    json_object_foreach (report->charts, name, chart)
        assert_null(strstr(report_text(chart, "title"), "not measured"));
}

static void known_costs_have_known_ratios(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rounds(&plan, &samples, "timer", "timer", "same-cpu", 0.05, 0);
    add_rounds(&plan, &samples, "pthread", "thread", "same-cpu", 8, 0.25);
    add_rounds(&plan, &samples, "pthread-again", "control", "same-cpu", 8,
               0.25);
    add_rounds(&plan, &samples, "fork", "process", "same-cpu", 64, 0.25);
    conclude(&plan, &samples, &report);

    const json_t *fork = report_find(report.summaries, "case", "fork", NULL);
    assert_true(report_get(fork, "n") == 3 * ROUNDS);
    assert_true(report_get(fork, "blocks") == ROUNDS);
    assert_true(report_get(fork, "median_us") == 72); /* of 64 and 80 */
    assert_true(report_get(fork, "ci_low_us") == 64);
    assert_true(report_get(fork, "ci_high_us") == 80);
    assert_true(report_get(fork, "ratio") == 8);
    assert_true(report_get(fork, "ratio_low") == 8);
    assert_true(report_get(fork, "faults") == 34);
    assert_true(report_get(fork, "switches") == 2.5);
    assert_true(isnan(report_get(fork, "p99_us")));
    assert_true(isnan(report_get(fork, "started_us")));
    assert_string_equal(report_text(fork, "verdict"), "costs more");
    const json_t *again =
        report_find(report.summaries, "case", "pthread-again", NULL);
    assert_string_equal(report_text(again, "verdict"),
                        "no difference detected");
    assert_true(isnan(report_get(
        report_find(report.summaries, "case", "timer", NULL), "ratio")));
    assert_string_equal(trial_title(&report, "creation"),
                        "Starting a process costs 8.0 times as much as a "
                        "thread");
    assert_int_equal(json_array_size(report.warnings), 0);
    assert_titles(&report);
    report_end(&report);
}

static void titles_follow_the_intervals(void **state)
{
    static const struct {
        double fork_us, fork_spread, vfork_us;
        const char *title;
    } rows[] = {
        { 80, 0, 40,
          "Starting a process costs 5.0 to 10.0 times as much as a "
          "thread" },
        { 800, 0, 800,
          "Starting a process costs 100 times as much as a "
          "thread" },
        /* vfork is no dearer: the range must not claim that it is. */
        { 80, 0, 8, "fork costs 10.0 times as much as a thread" },
        /* Half of the rounds above, half below: nothing is known. */
        { 6, 1, 8, "No difference detected between fork and a thread" },
        { 4, 0, 8, "fork costs less than a thread: 0.50 times" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rounds(&plan, &samples, "pthread", "thread", "same-cpu", 8, 0);
        add_rounds(&plan, &samples, "fork", "process", "same-cpu",
                   rows[i].fork_us, rows[i].fork_spread);
        add_rounds(&plan, &samples, "vfork", "process", "same-cpu",
                   rows[i].vfork_us, 0);
        conclude(&plan, &samples, &report);
        assert_string_equal(trial_title(&report, "creation"), rows[i].title);
        assert_titles(&report);
        report_end(&report);
    }
}

static void placements_are_told_apart_by_intervals(void **state)
{
    static const struct {
        double free_us, spread;
        const char *title;
    } rows[] = {
        { 16, 0,
          "A fork costs 8.0 threads on one CPU, 2.0 where the scheduler "
          "chooses" },
        { 64, 0,
          "What a fork costs in threads: no difference by placement "
          "detected" },
        { 32, 2,
          "What a fork costs in threads: no difference by placement "
          "detected" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rounds(&plan, &samples, "pthread", "thread", "same-cpu", 8, 0);
        add_rounds(&plan, &samples, "fork", "process", "same-cpu", 64, 0);
        add_rounds(&plan, &samples, "pthread", "thread", "free", 8, 0);
        add_rounds(&plan, &samples, "fork", "process", "free", rows[i].free_us,
                   rows[i].spread);
        conclude(&plan, &samples, &report);
        assert_string_equal(trial_title(&report, "creation-placements"),
                            rows[i].title);
        assert_titles(&report);
        report_end(&report);
    }
}

static void libraries_are_told_apart_by_intervals(void **state)
{
    static const struct {
        double musl_us, spread;
        const char *title;
    } rows[] = {
        { 16, 0, "A thread costs 2.0 times as much with musl as with glibc" },
        { 4, 0, "A thread costs 2.0 times as much with glibc as with musl" },
        { 6, 1, "No difference detected between threads of musl and of glibc" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rounds(&plan, &samples, "pthread-glibc-static", "thread",
                   "same-cpu", 8, 0);
        add_rounds(&plan, &samples, "pthread-musl-static", "thread", "same-cpu",
                   rows[i].musl_us, rows[i].spread);
        conclude(&plan, &samples, &report);
        assert_string_equal(trial_title(&report, "creation-libc"),
                            rows[i].title);
        assert_titles(&report);
        report_end(&report);
    }
}

/* Only a control that is surely off, and by more than one per cent. */
static void a_control_that_differs_is_told(void **state)
{
    static const struct {
        double again_us, spread;
        size_t warnings;
    } rows[] = {
        { 8, 0, 0 }, { 8.07, 0, 0 }, { 8.4, 0, 1 }, { 7.6, 0, 1 }, { 6, 1, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rounds(&plan, &samples, "pthread", "thread", "free", 8, 0);
        add_rounds(&plan, &samples, "pthread-again", "control", "free",
                   rows[i].again_us, rows[i].spread);
        conclude(&plan, &samples, &report);
        assert_int_equal(json_array_size(report.warnings), rows[i].warnings);
        if (rows[i].warnings > 0)
            assert_non_null(
                strstr(json_string_value(json_array_get(report.warnings, 0)),
                       "creation at free is unreliable"));
        report_end(&report);
    }
}

/* An interrupted run may have nothing at all, or one block of one case. */
static void a_run_cut_short_has_words_too(void **state)
{
    (void)state;
    for (int blocks = 0; blocks <= 2; blocks++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        for (int i = 0; i < 2; i++)
            bench_case_parameter(blocks_case(&plan, i == 0 ? "fork" : "pthread",
                                             i == 0 ? "process" : "thread",
                                             "same-cpu"),
                                 0, "stamped", "0");
        for (int i = 0; i < blocks; i++)
            blocks_add(&samples, (size_t)i, 0,
                       "warmup,returned_ns,reaped_ns,error\n0,500,1000,\n");
        conclude(&plan, &samples, &report);
        assert_int_equal(json_array_size(report.summaries), 2);
        const json_t *pthread =
            report_find(report.summaries, "case", "pthread", NULL);
        assert_string_equal(report_text(pthread, "unavailable"),
                            blocks < 2 ? "no block was finished" : "");
        if (blocks == 2) /* one pair is not enough for a claim */
            assert_string_equal(trial_title(&report, "creation"),
                                "No difference detected between fork and a "
                                "thread");
        assert_titles(&report);
        report_end(&report);
    }
}

static void refusals_are_results(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rounds(&plan, &samples, "pthread", "thread", "free", 8, 0);
    bench_case_parameter(blocks_case(&plan, "fork", "process", "free"), 0,
                         "stamped", "0");
    for (unsigned round = 0; round < ROUNDS; round++)
        blocks_add(&samples, 1, round,
                   "warmup,returned_ns,reaped_ns,error\n1,,,EAGAIN\n"
                   "0,90,,EAGAIN\n0,90,,EAGAIN\n");
    conclude(&plan, &samples, &report);

    const json_t *fork = report_find(report.summaries, "case", "fork", NULL);
    assert_true(report_get(fork, "n") == 0);
    assert_true(report_get(fork, "failed") == 2 * ROUNDS);
    assert_true(isnan(report_get(fork, "median_us")));
    assert_string_equal(report_text(fork, "unavailable"),
                        "refused by the system: EAGAIN (process limit; see "
                        "ulimit -u)");
    assert_string_equal(trial_title(&report, "creation"),
                        "A thread costs 8.00 µs from call to join");
    assert_titles(&report);
    report_end(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_plan_has_every_mechanism_everywhere,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(one_core_has_no_other, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(the_control_is_always_there,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(names_are_those_of_the_probe,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(a_probe_that_cannot_list, scratch_begin,
                                        scratch_end),
        cmocka_unit_test(known_costs_have_known_ratios),
        cmocka_unit_test(titles_follow_the_intervals),
        cmocka_unit_test(placements_are_told_apart_by_intervals),
        cmocka_unit_test(libraries_are_told_apart_by_intervals),
        cmocka_unit_test(a_control_that_differs_is_told),
        cmocka_unit_test(a_run_cut_short_has_words_too),
        cmocka_unit_test(refusals_are_results),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("creation", tests, NULL, NULL);
}
