/* population: the counts that are looked at, rows for those that a limit kept
 * away, and titles from intervals. */
#include "../driver/experiments/population.h"

#include "../driver/statistics.h"
#include "blocks.h"
#include "trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { ROUNDS = 8 };

static struct context context_of(enum profile_level level)
{
    static struct profile profile;
    struct context context = trial_context("/nowhere", &profile);

    profile = (struct profile){ .level = level, .effort = 1 };
    context.machine.first_cpu = 2;
    context.machine.memory_available_mib = 8000;
    return context;
}

/* ---- The plan ---- */

static void powers_of_four_and_the_last(void **state)
{
    static const struct {
        unsigned workers;
        const char *points;
    } rows[] = {
        { 0, "" },
        { 1, "1 " },
        { 5, "1 5 " },
        { 6, "1 4 6 " },
        { 512, "1 4 16 64 256 512 " },
        { 875, "1 4 16 64 256 875 " },
        { 4096, "1 4 16 64 256 1024 4096 " },
        { 30000, "1 4 16 64 256 1024 4096 16384 30000 " },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        unsigned points[POPULATION_POINTS];
        size_t n = population_points(rows[i].workers, points);
        char text[256] = "";

        for (size_t p = 0; p < n; p++)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), "%u ",
                     points[p]);
        assert_string_equal(text, rows[i].points);
    }
}

static bool has_word(const struct bench_case *bench_case, const char *begin)
{
    for (size_t i = 0; bench_case->argv[i] != NULL; i++)
        if (strncmp(bench_case->argv[i], begin, strlen(begin)) == 0)
            return true;
    return false;
}

/* How many there are depends on this machine's limits; one there always is. */
static void the_plan_has_both_kinds_and_a_control(void **state)
{
    struct context context = context_of(PROFILE_QUICK);

    (void)state;
    struct plan plan = trial_plan(&experiment_population, &context);
    assert_int_equal(plan.count, 3);
    for (size_t i = 0; i < plan.count; i++) {
        const struct bench_case *one = &plan.cases[i];
        int workers = atoi(bench_case_value(one, "workers"));

        assert_in_range(workers, 1, 512);
        assert_int_equal(strcmp(bench_case_value(one, "limit"), "none") == 0,
                         workers == 512);
        assert_string_equal(one->placement, "same-cpu");
        assert_true(has_word(one, "cpu=2"));
        assert_true(has_word(one, "at=1"));
        assert_true(has_word(one, "limit_ms=1000"));
    }
    assert_string_equal(plan.cases[1].name, "thread-again");
    assert_string_equal(plan.cases[1].family, "control");
    assert_string_equal(plan.cases[2].name, "process");
    plan_free(&plan);
}

static void baseline_and_control_stay(void **state)
{
    struct context context = context_of(PROFILE_DEFAULT);
    struct failure failure = { "" };
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];

    (void)state;
    assert_int_equal(
        experiment_population.check(&context, cases, placements, &failure), 0);
    assert_string_equal(cases, "thread,thread-again,process");
    assert_string_equal(placements, "same-cpu");
    context.options.cases = "thread";
    struct plan plan = trial_plan(&experiment_population, &context);
    assert_int_equal(plan.count, 2);
    assert_int_equal(population_wanted(&context), 4096);
    plan_free(&plan);
}

/* ---- Conclusions ---- */

/* What a kind's workers take: µs at the 16th and at the last, KiB each. */
struct takes {
    double early_us, late_us, kib;
};

static struct bench_case *add_kind(struct plan *plan, const char *name,
                                   unsigned workers, const char *limit)
{
    struct bench_case *added = blocks_case(
        plan, name, strstr(name, "again") != NULL ? "control" : name,
        "same-cpu");

    bench_case_parameter(added, 0, "workers", "%u", workers);
    bench_case_parameter(added, 1, "limit", "%s", limit);
    return added;
}

/* Rows for 16 and for `last`; the second line is what table 1 says. */
static void add_rounds(struct plan *plan, struct samples *samples,
                       const char *name, unsigned last, struct takes takes)
{
    size_t index = plan->count;

    add_kind(plan, name, last, "none");
    for (unsigned round = 0; round < ROUNDS; round++) {
        double drift = 1 + 0.1 * round;
        char text[512];

        snprintf(text, sizeof(text),
                 "alive,nth,returned_ns,parked_ns,memory_kib,pss_kib,error\n"
                 "16,15,400,%.0f,,,\n16,16,500,%.0f,77,7,\n"
                 "%u,%u,600,%.0f,%.3f,%.3f,\n"
                 "\nstarted,stop,most_mib\n%u,,2000\n",
                 takes.early_us * 1000 * drift, takes.early_us * 1000 * drift,
                 last, last, takes.late_us * 1000 * drift, takes.kib,
                 takes.kib / 4, last);
        blocks_add(samples, index, round, text);
    }
}

static void conclude(enum profile_level level, struct plan *plan,
                     struct samples *samples, struct report *report)
{
    const struct context context = context_of(level);

    trial_conclude(&experiment_population, &context, plan, samples, report);
}

static void assert_near(double value, double expected)
{
    assert_true(fabs(value - expected) < 1e-9 * fabs(expected) + 1e-12);
}

static void processes_are_compared_with_threads(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rounds(&plan, &samples, "thread", 512, (struct takes){ 20, 20, 30 });
    add_rounds(&plan, &samples, "thread-again", 512,
               (struct takes){ 20, 20, 30 });
    add_rounds(&plan, &samples, "process", 512, (struct takes){ 60, 90, 120 });
    conclude(PROFILE_QUICK, &plan, &samples, &report);

    const json_t *row = population_row(&report, "process", 512, "cost");
    assert_near(report_get(row, "ratio"), 4.5);
    assert_near(report_get(row, "median_us"), 90 * 1.35);
    assert_near(report_get(row, "returned_us"), 0.6);
    assert_string_equal(report_text(row, "verdict"), "costs more");
    assert_true(isnan(report_get(row, "memory_kib")));
    row = population_row(&report, "process", 512, "memory");
    assert_near(report_get(row, "ratio"), 4);
    assert_near(report_get(row, "memory_kib"), 120);
    assert_near(report_get(row, "pss_kib"), 30);
    assert_string_equal(report_text(row, "verdict"), "takes more");
    assert_null(json_object_get(row, "median_us"));
    row = population_row(&report, "thread-again", 512, "cost");
    assert_string_equal(report_text(row, "verdict"), "no difference detected");
    assert_null(population_row(&report, "thread", 16, "memory"));
    assert_string_equal(trial_title(&report, "population"),
                        "From the 16th to the 512th: a process costs 1.50 "
                        "times as much, for a thread no difference detected");
    assert_string_equal(trial_title(&report, "population-memory"),
                        "Asleep, a process takes 4.0 times the memory of a "
                        "thread: 120 and 30 KiB");
    assert_int_equal(json_array_size(report.warnings), 0);

    const json_t *pair = report_find(report.comparisons, "case", "process",
                                     "base", "thread", NULL);
    assert_string_equal(report_text(pair, "experiment"), "population");
    assert_true(report_get(pair, "comparisons") == 6);
    assert_near(report_get(pair, "ci_level"), 1 - 0.05 / 6);
    report_end(&report);
}

static void titles_follow_the_intervals(void **state)
{
    static const struct {
        struct takes thread, process;
        const char *cost, *memory;
    } rows[] = {
        { { 20, 20, 30 },
          { 60, 60, 30 },
          "No difference in cost detected between the 16th worker and the "
          "512th",
          "Memory of a process and of a thread asleep: no difference "
          "detected" },
        { { 20, 50, 90 },
          { 60, 30, 45 },
          "From the 16th to the 512th: a process costs 0.50 times as much, a "
          "thread costs 2.5 times as much",
          "Asleep, a process takes 0.50 times the memory of a thread: 45 and "
          "90 KiB" },
        /* Others gave back more than the workers took: no ratio. */
        { { 20, 20, -4 },
          { 60, 60, 45 },
          "No difference in cost detected between the 16th worker and the "
          "512th",
          "What each worker takes of the memory" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rounds(&plan, &samples, "thread", 512, rows[i].thread);
        add_rounds(&plan, &samples, "process", 512, rows[i].process);
        conclude(PROFILE_QUICK, &plan, &samples, &report);
        assert_string_equal(trial_title(&report, "population"), rows[i].cost);
        assert_string_equal(trial_title(&report, "population-memory"),
                            rows[i].memory);
        report_end(&report);
    }
}

/* Known before: the plan asked for fewer. */
static void what_a_limit_forbids_is_a_row_with_its_reason(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rounds(&plan, &samples, "thread", 512, (struct takes){ 20, 20, 30 });
    size_t index = plan.count;
    add_kind(&plan, "process", 100, "kernel.pid_max");
    blocks_add(&samples, index, 0,
               "alive,nth,returned_ns,parked_ns,memory_kib,pss_kib,error\n"
               "16,16,500,90000,,,\n100,100,600,90000,50,,\n"
               "\nstarted,stop,most_mib\n100,,2000\n");
    add_kind(&plan, "thread-again", 0, "kernel.pid_max");
    snprintf(plan.cases[2].unavailable, 256, "no room");
    conclude(PROFILE_QUICK, &plan, &samples, &report);

    assert_true(report_get(population_row(&report, "process", 100, "cost"),
                           "median_us") == 90);
    assert_string_equal(
        report_text(population_row(&report, "process", 512, "cost"),
                    "unavailable"),
        "stopped at 100: kernel.pid_max leaves no more");
    assert_string_equal(
        report_text(population_row(&report, "process", 512, "memory"),
                    "unavailable"),
        "stopped at 100: kernel.pid_max leaves no more");
    assert_string_equal(
        report_text(population_row(&report, "thread-again", 16, "cost"),
                    "unavailable"),
        "no room");
    /* PSS is not told everywhere. */
    assert_true(isnan(report_get(
        population_row(&report, "process", 100, "memory"), "pss_kib")));
    report_end(&report);
}

/* Met on the way: the probe says what it was. */
static void what_stopped_the_probe_is_told(void **state)
{
    static const struct {
        const char *stop, *row, *why;
    } rows[] = {
        { "refused", "64,50,,,,,EAGAIN\n",
          "stopped at 49: the system refused one more (EAGAIN)" },
        { "memory", "",
          "stopped at 49: a quarter of the available memory was taken" },
        { "time", "", "stopped at 49: the time for it was over" },
        { "ended", "64,50,,,,,ECHILD\n",
          "stopped at 49: a worker had ended before its time (ECHILD)" },
        { "", "", "no block was finished" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;
        char text[512];

        add_kind(&plan, "process", 512, "none");
        snprintf(text, sizeof(text),
                 "alive,nth,returned_ns,parked_ns,memory_kib,pss_kib,error\n"
                 "1,1,500,90000,,,\n%s\nstarted,stop,most_mib\n49,%s,2000\n",
                 rows[i].row, rows[i].stop);
        blocks_add(&samples, 0, 0, text);
        conclude(PROFILE_QUICK, &plan, &samples, &report);
        assert_string_equal(
            report_text(population_row(&report, "process", 64, "cost"),
                        "unavailable"),
            rows[i].why);
        report_end(&report);
    }
}

/* In this machine the last ones of the same kind differ: nothing is sure. */
static void a_control_that_differs_is_told(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rounds(&plan, &samples, "thread", 512, (struct takes){ 20, 20, 30 });
    add_rounds(&plan, &samples, "thread-again", 512,
               (struct takes){ 20, 23, 30 });
    conclude(PROFILE_QUICK, &plan, &samples, &report);
    assert_int_equal(json_array_size(report.warnings), 1);
    assert_non_null(
        strstr(json_string_value(json_array_get(report.warnings, 0)),
               "population with all alive is unreliable"));
    report_end(&report);
}

static void no_rounds_no_claim(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_kind(&plan, "thread", 512, "none");
    add_kind(&plan, "process", 512, "none");
    conclude(PROFILE_QUICK, &plan, &samples, &report);
    assert_string_equal(trial_title(&report, "population"),
                        "What one more costs while others are alive");
    assert_string_equal(trial_title(&report, "population-memory"),
                        "What each worker takes of the memory");
    assert_string_equal(
        report_text(population_row(&report, "process", 4, "cost"), "verdict"),
        "not measured");
    report_end(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_of_four_and_the_last),
        cmocka_unit_test(the_plan_has_both_kinds_and_a_control),
        cmocka_unit_test(baseline_and_control_stay),
        cmocka_unit_test(processes_are_compared_with_threads),
        cmocka_unit_test(titles_follow_the_intervals),
        cmocka_unit_test(what_a_limit_forbids_is_a_row_with_its_reason),
        cmocka_unit_test(what_stopped_the_probe_is_told),
        cmocka_unit_test(a_control_that_differs_is_told),
        cmocka_unit_test(no_rounds_no_claim),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("population", tests, NULL, NULL);
}
