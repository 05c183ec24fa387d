/* switching, without a probe: which cases there are and how they are called,
 * the cost of one switch from known batches, ratios, verdicts and titles. */
#include "../driver/experiments/switching.h"

#include "../driver/statistics.h"
#include "blocks.h"
#include "trial.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { ROUNDS = 12, CASES = 8 };

static const struct profile quick = { "quick", PROFILE_QUICK, 4, 1 };
static const struct profile thorough = { "thorough", PROFILE_THOROUGH, 20, 5 };

static struct context context_of(const struct profile *profile,
                                 const char *cases, const char *placement,
                                 int other_cpu)
{
    struct context context = trial_context("/programs", profile);

    context.options.cases = cases;
    context.options.placement = placement;
    context.machine.first_cpu = 3;
    context.machine.other_cpu = other_cpu;
    return context;
}

/* ---- Plan ---- */

static void commands_say_where_and_how(void **state)
{
    static const struct {
        size_t index;
        const char *name, *words[9];
    } rows[] = {
        { 0,
          "thread-pipe",
          { "/programs/probe", "switching", "by=pipe", "peer=thread",
            "round_trips=25", "samples=20", "warmup=1", "budget_ms=4",
            "cpu=3" } },
        { 5,
          "process-futex",
          { "/programs/probe", "switching", "by=futex", "peer=process",
            "round_trips=25", "samples=20", "warmup=1", "budget_ms=4",
            "cpu=3" } },
        { CASES + 3,
          "self-pipe",
          { "/programs/probe", "switching", "by=pipe", "peer=none",
            "round_trips=25", "samples=20", "warmup=1", "budget_ms=4",
            "cpu=5" } },
    };
    const struct context context = context_of(&quick, NULL, NULL, 5);

    (void)state;
    struct plan plan = trial_plan(&experiment_switching, &context);
    assert_int_equal(plan.count, 2 * CASES);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct bench_case *one = &plan.cases[rows[i].index];

        assert_string_equal(one->name, rows[i].name);
        for (size_t w = 0; w < 9; w++)
            assert_string_equal(one->argv[w], rows[i].words[w]);
        assert_string_equal(one->argv[9], rows[i].index < CASES ? "peer_cpu=3"
                                                                : "peer_cpu=5");
        assert_null(one->argv[10]);
    }
    for (size_t i = 0; i < plan.count; i++) {
        assert_string_equal(plan.cases[i].unavailable, "");
        assert_null(strchr(plan.cases[i].label, ','));
        assert_null(strchr(plan.cases[i].note, ','));
    }
    plan_free(&plan);
}

static void one_core_is_said(void **state)
{
    const struct context context = context_of(&thorough, NULL, NULL, -1);

    (void)state;
    struct plan plan = trial_plan(&experiment_switching, &context);
    assert_int_equal(plan.count, 2 * CASES);
    for (size_t i = 0; i < plan.count; i++)
        assert_string_equal(plan.cases[i].unavailable,
                            i < CASES ? "" : "only one core is usable");
    assert_string_equal(bench_case_value(&plan.cases[0], "round_trips"), "50");
    plan_free(&plan);
}

/* What a case is compared with stays, and nothing of the other means. */
static void filters_keep_what_is_needed(void **state)
{
    static const struct {
        const char *cases, *placement, *planned;
    } rows[] = {
        { "process-pipe", "same-cpu",
          "thread-pipe process-pipe thread-pipe-again self-pipe " },
        { "self-futex", "other-cpu",
          "thread-futex thread-futex-again self-futex " },
        { "thread-pipe,process-futex", "same-cpu",
          "thread-pipe thread-pipe-again self-pipe thread-futex process-futex "
          "thread-futex-again self-futex " },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct context context =
            context_of(&quick, rows[i].cases, rows[i].placement, 5);
        char planned[512] = "";

        struct plan plan = trial_plan(&experiment_switching, &context);
        for (size_t c = 0; c < plan.count; c++) {
            strcat(planned, plan.cases[c].name);
            strcat(planned, " ");
            assert_string_equal(plan.cases[c].placement, rows[i].placement);
        }
        assert_string_equal(planned, rows[i].planned);
        plan_free(&plan);
    }
}

static void names_are_known(void **state)
{
    const struct context context = context_of(&quick, NULL, NULL, 5);
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];
    struct failure failure = { "" };

    (void)state;
    assert_int_equal(
        experiment_switching.check(&context, cases, placements, &failure), 0);
    assert_string_equal(cases, "thread-pipe,process-pipe,thread-pipe-again,"
                               "self-pipe,thread-futex,process-futex,"
                               "thread-futex-again,self-futex");
    assert_string_equal(placements, "same-cpu,other-cpu");
}

/* ---- Conclusions ---- */

/* A case whose switch takes so many µs in even and in odd rounds. */
static void add_case(struct plan *plan, struct samples *samples,
                     const char *name, const char *family,
                     const char *placement, double even_us, double odd_us)
{
    size_t index = plan->count;
    bool alone = strncmp(name, "self-", 5) == 0;

    bench_case_parameter(blocks_case(plan, name, family, placement), 0,
                         "round_trips", "10");
    for (unsigned round = 0; round < ROUNDS; round++) {
        /* 10 round trips are 20 switches; three samples, one a warm-up. */
        double ns = (round % 2 == 0 ? even_us : odd_us) * 20e3;
        char text[256];

        snprintf(text, sizeof(text),
                 "index,warmup,elapsed_ns,error\n0,1,1,\n1,0,%.0f,\n"
                 "2,0,%.0f,\n\nhand_overs,voluntary_switches,"
                 "involuntary_switches\n40,%s\n",
                 ns * 0.9, ns * 1.1, alone ? "0.000,0.000" : "0.600,0.395");
        blocks_add(samples, index, round, text);
    }
}

static void conclude(struct plan *plan, struct samples *samples,
                     struct report *report)
{
    trial_conclude(&experiment_switching, NULL, plan, samples, report);
}

static const json_t *find(const json_t *array, const char *name,
                          const char *base, const char *placement)
{
    return base == NULL
               ? report_find(array, "case", name, "placement", placement, NULL)
               : report_find(array, "case", name, "base", base, "placement",
                             placement, NULL);
}

static void add_everything(struct plan *plan, struct samples *samples)
{
    static const char *const places[] = { "same-cpu", "other-cpu" };

    for (size_t p = 0; p < 2; p++) {
        double k = p == 0 ? 1 : 20;

        add_case(plan, samples, "thread-pipe", "thread", places[p], 2 * k,
                 2 * k);
        add_case(plan, samples, "process-pipe", "process", places[p], 3 * k,
                 3 * k);
        add_case(plan, samples, "thread-pipe-again", "control", places[p],
                 2 * k, 2 * k);
        add_case(plan, samples, "self-pipe", "control", places[p], 0.5, 0.5);
    }
}

static void a_switch_is_half_a_round_trip(void **state)
{
    static const struct {
        const char *name, *base, *placement;
        double ratio;
        unsigned together;
        const char *verdict;
    } rows[] = {
        { "process-pipe", "thread-pipe", "same-cpu", 1.5, 2, "costs more" },
        { "process-pipe", "thread-pipe", "other-cpu", 1.5, 2, "costs more" },
        { "thread-pipe-again", "thread-pipe", "other-cpu", 1, 1,
          "no difference detected" },
        { "thread-pipe", "self-pipe", "same-cpu", 4, 4, "costs more" },
        { "process-pipe", "self-pipe", "other-cpu", 120, 4, "costs more" },
        { "thread-pipe", "thread-pipe same-cpu", "other-cpu", 20, 2,
          "costs more" },
    };
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_everything(&plan, &samples);
    conclude(&plan, &samples, &report);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const json_t *one = find(report.comparisons, rows[i].name, rows[i].base,
                                 rows[i].placement);

        assert_true(fabs(report_get(one, "ratio") - rows[i].ratio) < 1e-6);
        assert_true(report_get(one, "comparisons") == rows[i].together);
        assert_true(fabs(report_get(one, "ci_level") -
                         (1 - 0.05 / rows[i].together)) < 1e-9);
        assert_string_equal(report_text(one, "verdict"), rows[i].verdict);
    }
    assert_int_equal(json_array_size(report.comparisons), 2 + 2 + 4 + 2);

    const json_t *process =
        find(report.summaries, "process-pipe", NULL, "same-cpu");
    assert_true(fabs(report_get(process, "median_us") - 3) < 1e-6);
    assert_true(fabs(report_get(process, "ratio") - 1.5) < 1e-6);
    assert_true(fabs(report_get(process, "of_bare") - 6) < 1e-6);
    assert_true(fabs(report_get(process, "switches") - 0.995) < 1e-6);
    assert_true(report_get(process, "n") == 2 * ROUNDS);
    const json_t *alone = find(report.summaries, "self-pipe", NULL, "same-cpu");
    assert_true(isnan(report_get(alone, "ratio")));
    assert_true(report_get(alone, "switches") == 0);
    assert_int_equal(json_array_size(report.warnings), 0);
    assert_string_equal(trial_title(&report, "switching"),
                        "By pipe, switching between processes costs 1.50 "
                        "times as much as between threads on one CPU");
    const char *caption =
        report_text(json_object_get(report.charts, "switching"), "caption");
    assert_non_null(strstr(caption, "0.99 to 0.99 context switches"));
    assert_non_null(strstr(caption, "A/A control on one CPU: 1.000 [1.000"));
    report_end(&report);
}

static void titles_claim_what_the_intervals_support(void **state)
{
    static const struct {
        double pipe_even, pipe_odd, futex_even, futex_odd;
        const char *placement, *title;
    } rows[] = {
        { 3, 3, 2.5, 2.5, "same-cpu",
          "Switching between processes costs 1.25 to 1.50 times as much as "
          "between threads on one CPU" },
        { 3, 3, 3, 3, "other-cpu",
          "Switching between processes costs 1.50 times as much as between "
          "threads across two CPUs" },
        { 1, 1, 1.5, 1.5, "same-cpu",
          "Switching between processes costs 0.50 to 0.75 times as much as "
          "between threads on one CPU" },
        { 1, 3, 1, 3, "same-cpu",
          "No difference detected between switching processes and threads on "
          "one CPU" },
        { 1, 3, 4, 4, "same-cpu",
          "By futex, switching between processes costs 2.0 times as much as "
          "between threads on one CPU; by pipe, no difference detected" },
        { 60, 60, 1, 3, "same-cpu",
          "By pipe, switching between processes costs 30 times as much as "
          "between threads on one CPU; by futex, no difference detected" },
        { 1.5, 1.5, 2.5, 2.5, "same-cpu",
          "Switching between processes costs 0.75 (pipe) and 1.25 (futex) "
          "times as much as between threads on one CPU" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_case(&plan, &samples, "thread-pipe", "thread", rows[i].placement, 2,
                 2);
        add_case(&plan, &samples, "thread-futex", "thread", rows[i].placement,
                 2, 2);
        add_case(&plan, &samples, "process-pipe", "process", rows[i].placement,
                 rows[i].pipe_even, rows[i].pipe_odd);
        add_case(&plan, &samples, "process-futex", "process", rows[i].placement,
                 rows[i].futex_even, rows[i].futex_odd);
        conclude(&plan, &samples, &report);
        assert_string_equal(trial_title(&report, "switching"), rows[i].title);
        report_end(&report);
    }
}

static void a_control_that_differs_is_said(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_case(&plan, &samples, "thread-futex", "thread", "same-cpu", 2, 2);
    add_case(&plan, &samples, "thread-futex-again", "control", "same-cpu", 2.2,
             2.2);
    conclude(&plan, &samples, &report);
    assert_int_equal(json_array_size(report.warnings), 1);
    assert_non_null(
        strstr(json_string_value(json_array_get(report.warnings, 0)),
               "switching (thread-futex at same-cpu) is unreliable: "));
    assert_string_equal(trial_title(&report, "switching"),
                        "Changing over to another thread costs 2.00 µs on one "
                        "CPU");
    report_end(&report);
}

/* Refused, or interrupted before the first block: rows with the reason. */
static void what_was_not_measured_is_not_claimed(void **state)
{
    (void)state;
    for (int refused = 0; refused <= 1; refused++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        bench_case_parameter(
            blocks_case(&plan, "process-pipe", "process", "same-cpu"), 0,
            "round_trips", "10");
        bench_case_parameter(
            blocks_case(&plan, "thread-pipe", "thread", "same-cpu"), 0,
            "round_trips", "10");
        if (refused)
            blocks_add(&samples, 0, 0,
                       "index,warmup,elapsed_ns,error\n0,0,,EAGAIN\n");
        conclude(&plan, &samples, &report);
        const json_t *row = json_array_get(report.summaries, 0);
        assert_string_equal(report_text(row, "unavailable"),
                            refused ? "refused by the system: EAGAIN (process "
                                      "limit; see ulimit -u)"
                                    : "no block was finished");
        assert_string_equal(report_text(row, "verdict"), "not measured");
        assert_string_equal(trial_title(&report, "switching"),
                            "What changing over to another flow costs");
        report_end(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_say_where_and_how),
        cmocka_unit_test(one_core_is_said),
        cmocka_unit_test(filters_keep_what_is_needed),
        cmocka_unit_test(names_are_known),
        cmocka_unit_test(a_switch_is_half_a_round_trip),
        cmocka_unit_test(titles_claim_what_the_intervals_support),
        cmocka_unit_test(a_control_that_differs_is_said),
        cmocka_unit_test(what_was_not_measured_is_not_claimed),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("switching", tests, NULL, NULL);
}
