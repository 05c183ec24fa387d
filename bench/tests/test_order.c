/* order: the plan, and that neither verdict nor title says more than the counts
 * do. */
#include "../driver/experiments/order.h"

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
enum { ROUNDS = 12, STARTS = 100 };

static struct context two_cores(void)
{
    static const struct profile quick = { .effort = 2 };
    struct context context = trial_context("/nowhere", &quick);

    context.machine.first_cpu = 2;
    context.machine.other_cpu = 3;
    return context;
}

static void the_plan_has_all_kinds_everywhere(void **state)
{
    struct context context = two_cores();

    (void)state;
    struct plan plan = trial_plan(&experiment_order, &context);
    assert_int_equal(plan.count, 9);
    assert_string_equal(plan.cases[4].name, "thread-again");
    assert_string_equal(plan.cases[4].placement, "other-cpu");
    assert_string_equal(plan.cases[4].family, "control");
    assert_string_equal(plan.cases[5].argv[0], "/nowhere/probe");
    assert_string_equal(plan.cases[5].argv[2], "kind=process");
    assert_string_equal(plan.cases[5].argv[3], "starts=100");
    assert_string_equal(plan.cases[5].argv[4], "cpu=2");
    assert_string_equal(plan.cases[5].argv[5], "worker_cpu=3");
    assert_string_equal(plan.cases[8].argv[4], "cpu=-1");
    plan_free(&plan);
}

static void only_some_may_be_asked_for(void **state)
{
    struct context context = two_cores();
    struct failure failure = { "" };
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];

    (void)state;
    assert_int_equal(
        experiment_order.check(&context, cases, placements, &failure), 0);
    assert_string_equal(cases, "thread,thread-again,process");
    assert_string_equal(placements, "same-cpu,other-cpu,free");
    context.options.cases = "thread";
    context.options.placement = "other-cpu";
    context.machine.other_cpu = -1;
    struct plan plan = trial_plan(&experiment_order, &context);
    assert_int_equal(plan.count, 2); /* the control stays */
    assert_string_equal(plan.cases[1].unavailable, "only one core is usable");
    plan_free(&plan);
}

/* Blocks in which main was first so often of STARTS, and ahead by so much. */
static void add_rounds(struct plan *plan, struct samples *samples,
                       const char *name, const char *placement, int first,
                       double lead_us)
{
    size_t index = plan->count;
    const char *family = strstr(name, "again") != NULL ? "control" : name;

    blocks_case(plan, name, family, placement);
    for (unsigned round = 0; round < ROUNDS; round++) {
        char text[STARTS * 24 + 64] = "warmup,main_first,lead_ns,error\n"
                                      "1,0,-77,\n";

        for (int i = 0; i < STARTS; i++) {
            size_t used = strlen(text);

            snprintf(text + used, sizeof(text) - used, "0,%d,%.0f,\n",
                     i < first, lead_us * 1000);
        }
        blocks_add(samples, index, round, text);
    }
}

static void conclude(struct plan *plan, struct samples *samples,
                     struct report *report)
{
    trial_conclude(&experiment_order, NULL, plan, samples, report);
}

/* "Most seldom" is said of a row whose interval lies below another's. */
static void the_rarest_is_named_where_intervals_part(void **state)
{
    static const struct {
        int here, there; /* of 100 */
        const char *title;
    } rows[] = {
        { 99, 98, "The starter's next line came first in 2364 of 2400 starts" },
        { 99, 50,
          "The starter's next line came first in 1788 of 2400 starts; most "
          "seldom for a process on one CPU: 50 %" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rounds(&plan, &samples, "thread", "same-cpu", rows[i].here, 2);
        add_rounds(&plan, &samples, "process", "same-cpu", rows[i].there, 2);
        conclude(&plan, &samples, &report);
        assert_string_equal(trial_title(&report, "order"), rows[i].title);
        report_end(&report);
    }
}

static void counts_decide_the_verdict(void **state)
{
    static const struct {
        int first;
        const char *verdict, *title;
    } rows[] = {
        { 100, "always seen",
          "The starter's next line came first in all of 1200 starts seen: "
          "usual, not guaranteed" },
        { 99, "mostly",
          "The starter's next line came first in 1188 of 1200 starts" },
        { 50, "as often as not",
          "The starter's next line came first in 600 of 1200 starts" },
        { 7, "rarely",
          "The starter's next line came first in 84 of 1200 starts" },
        { 0, "never seen",
          "The worker's line came first in all of 1200 starts seen" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rounds(&plan, &samples, "thread", "same-cpu", rows[i].first, -2.5);
        conclude(&plan, &samples, &report);
        const json_t *row = order_row(&report, "thread", "same-cpu");
        assert_string_equal(report_text(row, "verdict"), rows[i].verdict);
        assert_string_equal(trial_title(&report, "order"), rows[i].title);
        assert_true(report_get(row, "starts") == STARTS * ROUNDS);
        assert_true(report_get(row, "main_first") == rows[i].first * ROUNDS);
        assert_true(report_get(row, "main_first_share") ==
                    rows[i].first / 100.0);
        assert_true(report_get(row, "share_low") <= rows[i].first / 100.0);
        assert_true(report_get(row, "share_high") >= rows[i].first / 100.0);
        assert_true(report_get(row, "median_us") == -2.5);
        report_end(&report);
    }
}

static void a_control_that_differs_is_told(void **state)
{
    static const struct {
        int again, warnings;
        double difference;
    } rows[] = { { 100, 0, 0 }, { 99, 0, -0.01 }, { 90, 1, -0.1 } };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rounds(&plan, &samples, "thread", "free", 100, 3);
        add_rounds(&plan, &samples, "thread-again", "free", rows[i].again, 3);
        conclude(&plan, &samples, &report);
        const json_t *again = order_row(&report, "thread-again", "free");
        assert_true(fabs(report_get(again, "difference") - rows[i].difference) <
                    1e-12);
        assert_int_equal(json_array_size(report.warnings), rows[i].warnings);
        assert_int_equal(json_array_size(report.comparisons), 1);
        const json_t *pair = json_array_get(report.comparisons, 0);
        assert_true(fabs(report_get(pair, "ratio") - rows[i].again / 100.0) <
                    1e-12);
        /* A control is no start of its own in the title. */
        assert_string_equal(trial_title(&report, "order"),
                            "The starter's next line came first in all of 1200 "
                            "starts seen: usual, not guaranteed");
        report_end(&report);
    }
}

static void what_was_not_measured_is_not_claimed(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rounds(&plan, &samples, "thread", "same-cpu", 100, 0.4);
    snprintf(blocks_case(&plan, "process", "process", "same-cpu")->unavailable,
             256, "no such thing");
    blocks_case(&plan, "process", "process", "free");
    blocks_add(&samples, 2, 0, "main_first,lead_ns,error\n,,EAGAIN\n");
    conclude(&plan, &samples, &report);
    const json_t *row = order_row(&report, "process", "same-cpu");
    assert_string_equal(report_text(row, "verdict"), "not measured");
    assert_string_equal(report_text(row, "unavailable"), "no such thing");
    assert_true(isnan(report_get(row, "main_first_share")));
    row = order_row(&report, "process", "free");
    assert_string_equal(
        report_text(row, "unavailable"),
        "refused by the system: EAGAIN (process limit; see ulimit -u)");
    report_end(&report);
}

/* No block at all: nothing is said, and nothing breaks. */
static void no_rounds_no_claim(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    blocks_case(&plan, "thread", "thread", "free");
    blocks_case(&plan, "thread-again", "control", "free");
    conclude(&plan, &samples, &report);
    assert_string_equal(
        trial_title(&report, "order"),
        "Whose line comes first, the starter's or the worker's");
    report_end(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_has_all_kinds_everywhere),
        cmocka_unit_test(only_some_may_be_asked_for),
        cmocka_unit_test(counts_decide_the_verdict),
        cmocka_unit_test(the_rarest_is_named_where_intervals_part),
        cmocka_unit_test(a_control_that_differs_is_told),
        cmocka_unit_test(what_was_not_measured_is_not_claimed),
        cmocka_unit_test(no_rounds_no_claim),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
