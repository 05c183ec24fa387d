/* What the experiments share: comparisons and their words, times for people,
 * and the check of what was asked for. */
#include "../driver/experiments/experiment.h"

#include "../driver/statistics.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static const struct comparison fork_to_pthread = {
    .experiment = "creation",
    .name = "fork",
    .base = "pthread",
    .placement = "same-cpu",
    .level = 0.95,
    .comparisons = 1,
    .more = "costs more",
    .less = "costs less",
};

static void times_have_three_digits(void **state)
{
    static const struct {
        double us;
        const char *text;
    } rows[] = {
        { 8.4249, "8.42 µs" }, { 76.44, "76.4 µs" },  { 123.4, "123 µs" },
        { 1.0, "1.00 µs" },    { 0.0259, "25.9 ns" }, { 0.5, "500 ns" },
        { 1270, "1.27 ms" },   { 19400, "19.4 ms" },  { 3.1e6, "3.10 s" },
        { 4.2e9, "4200 s" },   { 0, "0.00 ns" },      { NAN, "not measured" },
        { INFINITY, "inf s" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[32];

        assert_string_equal(experiment_time(rows[i].us, text, sizeof(text)),
                            rows[i].text);
    }
}

/* Words follow the interval's ends, never the ratio itself. */
static void verdicts_follow_the_interval(void **state)
{
    static const struct {
        double ratio, low, high, level;
        const char *verdict;
    } rows[] = {
        { 8.2, 8.1, 8.3, 0.96, "costs more" },
        { 0.5, 0.4, 0.6, 0.95, "costs less" },
        { 8.2, 8.1, 8.3, 0.94, "too few rounds" },
        { 0.5, 0.4, 0.6, 0.5, "too few rounds" },
        { 8.2, 0.9, 99, 0.96, "no difference detected" },
        { 1.5, 1, 2, 0.5, "no difference detected" },
        { 0.5, 0.2, 1, 0.96, "no difference detected" },
        { NAN, NAN, NAN, NAN, "not measured" },
        { 2, NAN, NAN, NAN, "no difference detected" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct paired paired = {
            .ratio = rows[i].ratio,
            .interval = { .low = rows[i].low,
                          .high = rows[i].high,
                          .level = rows[i].level },
        };

        assert_string_equal(experiment_verdict(&fork_to_pthread, &paired),
                            rows[i].verdict);
    }
    assert_string_equal(
        experiment_verdict(&fork_to_pthread, &experiment_no_pair),
        "not measured");
}

static const json_t *compare(struct report *report, const double *top,
                             const double *base, size_t rounds,
                             struct paired *ret)
{
    double by_round[2][16];

    assert_true(rounds <= 16);
    memcpy(by_round[0], top, rounds * sizeof(double));
    memcpy(by_round[1], base, rounds * sizeof(double));
    const struct series tops = { .by_round = by_round[0], .rounds = rounds };
    const struct series bases = { .by_round = by_round[1], .rounds = rounds };
    assert_int_equal(
        experiment_compare(report, &fork_to_pthread, &tops, &bases, ret), 0);
    return json_array_get(report->comparisons,
                          json_array_size(report->comparisons) - 1);
}

static void comparisons_are_paired_by_round(void **state)
{
    /* Twice as much in every round, however the rounds drift. */
    const double base[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, NAN };
    const double top[] = { 2, 4, 6, 8, 10, 12, 14, 16, 18, 1000 };
    const double none[] = { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
    struct paired paired;
    struct report report;

    (void)state;
    assert_int_equal(report_begin(&report), 0);
    const json_t *object = compare(&report, top, base, 10, &paired);
    assert_true(paired.ratio == 2);
    assert_true(report_get(object, "ratio") == 2);
    assert_true(report_get(object, "ratio_low") == 2);
    assert_true(report_get(object, "ratio_high") == 2);
    assert_true(report_get(object, "pairs") == 9);
    assert_true(report_get(object, "ci_level") == 0.95);
    assert_true(report_get(object, "comparisons") == 1);
    assert_string_equal(report_text(object, "experiment"), "creation");
    assert_string_equal(report_text(object, "case"), "fork");
    assert_string_equal(report_text(object, "base"), "pthread");
    assert_string_equal(report_text(object, "placement"), "same-cpu");
    assert_string_equal(report_text(object, "verdict"), "costs more");
    assert_string_not_equal(report_text(object, "ci_method"), "");

    object = compare(&report, base, top, 9, NULL);
    assert_true(report_get(object, "ratio") == 0.5);
    assert_string_equal(report_text(object, "verdict"), "costs less");

    object = compare(&report, base, base, 9, NULL);
    assert_true(report_get(object, "ratio") == 1);
    assert_string_equal(report_text(object, "verdict"),
                        "no difference detected");

    object = compare(&report, top, none, 10, &paired);
    assert_true(isnan(paired.ratio));
    assert_true(json_is_null(json_object_get(object, "ratio")));
    assert_string_equal(report_text(object, "verdict"), "not measured");
    object = compare(&report, top, base, 0, NULL);
    assert_string_equal(report_text(object, "verdict"), "not measured");
    report_end(&report);
}

/* Five pairs cannot reach 95 %: the level that they reach is said. */
static void the_level_reached_is_said(void **state)
{
    const double base[] = { 1, 1, 1, 1, 1 }, top[] = { 3, 2, 5, 4, 6 };
    struct report report;

    (void)state;
    assert_int_equal(report_begin(&report), 0);
    const json_t *object = compare(&report, top, base, 5, NULL);
    assert_true(report_get(object, "ratio") == 4);
    assert_true(report_get(object, "ratio_low") == 2);
    assert_true(report_get(object, "ratio_high") == 6);
    assert_true(fabs(report_get(object, "ci_level_reached") - 0.9375) < 1e-9);
    report_end(&report);
}

/* ---- What was asked for ---- */

static int check_letters(const struct context *context, char *ret_cases,
                         char *ret_placements, struct failure *failure)
{
    (void)context;
    (void)failure;
    strcpy(ret_cases, "a,b,c");
    strcpy(ret_placements, "free,same-cpu");
    return 0;
}

static int check_more(const struct context *context, char *ret_cases,
                      char *ret_placements, struct failure *failure)
{
    (void)context;
    (void)failure;
    strcpy(ret_cases, "c,d");
    strcpy(ret_placements, "free");
    return 0;
}

static int check_missing(const struct context *context, char *ret_cases,
                         char *ret_placements, struct failure *failure)
{
    (void)context;
    ret_cases[0] = ret_placements[0] = '\0';
    return failure_note(failure, -EINVAL, "a program is missing");
}

static void a_name_is_added_once(void **state)
{
    char names[EXPERIMENT_NAMES] = "", longest[EXPERIMENT_NAMES + 8];

    (void)state;
    experiment_add_name(names, "fork");
    assert_string_equal(names, "fork");
    experiment_add_name(names, "fork-exec");
    experiment_add_name(names, "fork");
    experiment_add_name(names, "exec");
    assert_string_equal(names, "fork,fork-exec,exec");
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    experiment_add_name(names, longest);
    assert_int_equal(strlen(names), EXPERIMENT_NAMES - 1);
}

/* What was asked for would leave two of these out. */
static int plan_letters(const struct context *context, struct plan *ret,
                        struct failure *failure)
{
    static const char *const rows[][2] = {
        { "a", "free" }, { "b", "free" }, { "a", "same-cpu" }, { "c", "free" }
    };

    for (size_t i = 0; i < ROWS(rows); i++)
        if (context_asked(context->options.cases, rows[i][0]) &&
            context_asked(context->options.placement, rows[i][1])) {
            struct bench_case *added = plan_add(ret);

            assert_non_null(added);
            strcpy(added->name, rows[i][0]);
            strcpy(added->placement, rows[i][1]);
            assert_int_equal(bench_case_argument(added, "%s", "probe"), 0);
        }
    return strcmp(context->programs, "missing") == 0
               ? failure_note(failure, -ENOENT, "a program is missing")
               : 0;
}

static void names_are_those_of_the_whole_plan(void **state)
{
    struct context context = { .options = { .cases = "b",
                                            .placement = "free" } };
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];
    struct failure failure = { "" };

    (void)state;
    assert_int_equal(
        experiment_names(&context, plan_letters, cases, placements, &failure),
        0);
    assert_string_equal(cases, "a,b,c");
    assert_string_equal(placements, "free,same-cpu");
    assert_string_equal(context.options.cases, "b");
    strcpy(context.programs, "missing");
    assert_int_equal(
        experiment_names(&context, plan_letters, cases, placements, &failure),
        -ENOENT);
    assert_string_equal(cases, "");
    assert_string_not_equal(failure.text, "");
}

static void a_placement_is_two_cpus(void **state)
{
    static const struct {
        const char *placement;
        int other_cpu, cpu, child_cpu;
        const char *unavailable;
    } rows[] = {
        { "free", 5, -1, -1, "" },
        { "free", -1, -1, -1, "" },
        { "same-cpu", 5, 3, -1, "" },
        { "same-cpu", -1, 3, -1, "" },
        { "other-cpu", 5, 3, 5, "" },
        { "other-cpu", -1, 3, -1, "only one core is usable" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct machine machine = { .first_cpu = 3,
                                         .other_cpu = rows[i].other_cpu };
        struct bench_case added = { .unavailable = "" };
        int cpu, child_cpu;

        strcpy(added.placement, rows[i].placement);
        experiment_place(&machine, &added, &cpu, &child_cpu);
        assert_int_equal(cpu, rows[i].cpu);
        assert_int_equal(child_cpu, rows[i].child_cpu);
        assert_string_equal(added.unavailable, rows[i].unavailable);
    }
}

static void names_are_checked_before_measuring(void **state)
{
    const struct experiment letters = { .name = "letters",
                                        .check = check_letters };
    const struct experiment more = { .name = "more", .check = check_more };
    const struct experiment missing = { .name = "missing",
                                        .check = check_missing };
    const struct {
        const struct experiment *chosen[3];
        const char *cases, *placement, *reason;
    } rows[] = {
        { { &letters }, NULL, NULL, NULL },
        { { &letters, &more }, NULL, "free", NULL },
        { { &letters }, "a,c", "same-cpu", NULL },
        { { &letters, &more }, "a,d", NULL, NULL },
        { { &letters, &more }, "c", "free,same-cpu", NULL },
        { { &letters },
          "x",
          NULL,
          "letters knows no case 'x'; it knows a,b,c" },
        { { &letters }, "", NULL, "letters knows no case ''; it knows a,b,c" },
        { { &letters },
          "a,x",
          NULL,
          "there is no case 'x'; letters knows a,b,c" },
        { { &letters },
          "a,,b",
          NULL,
          "there is no case ''; letters knows a,b,c" },
        { { &letters, &more },
          "a",
          NULL,
          "more knows no case 'a'; it knows c,d" },
        { { &letters },
          NULL,
          "moon",
          "letters knows no placement 'moon'; it knows free,same-cpu" },
        { { &letters, &missing }, NULL, NULL, "a program is missing" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct context context = {
            .options = { .cases = rows[i].cases,
                         .placement = rows[i].placement },
        };
        struct failure failure = { "" };

        assert_int_equal(experiments_check(&context, rows[i].chosen, &failure),
                         rows[i].reason == NULL ? 0 : -EINVAL);
        assert_string_equal(failure.text,
                            rows[i].reason == NULL ? "" : rows[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_have_three_digits),
        cmocka_unit_test(verdicts_follow_the_interval),
        cmocka_unit_test(comparisons_are_paired_by_round),
        cmocka_unit_test(the_level_reached_is_said),
        cmocka_unit_test(a_name_is_added_once),
        cmocka_unit_test(names_are_those_of_the_whole_plan),
        cmocka_unit_test(a_placement_is_two_cpus),
        cmocka_unit_test(names_are_checked_before_measuring),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("experiment", tests, NULL, NULL);
}
