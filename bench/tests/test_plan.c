/* Building plans, and lists of names. */
#include "../driver/context.h"
#include "../driver/plan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static void a_plan_grows(void **state)
{
    enum { CASES = 100 };
    struct plan plan = { .cases = NULL };

    (void)state;
    for (int i = 0; i < CASES; i++) {
        struct bench_case *added = plan_add(&plan);

        assert_non_null(added);
        assert_int_equal(added->every, 1);
        assert_int_equal(added->unavailable[0], '\0');
        assert_null(added->argv[0]);
        snprintf(added->name, sizeof(added->name), "case %d", i);
    }
    assert_int_equal(plan.count, CASES);
    assert_string_equal(plan.cases[0].name, "case 0");
    assert_string_equal(plan.cases[CASES - 1].name, "case 99");
    plan_free(&plan);
    assert_int_equal(plan.count, 0);
}

static void a_command_keeps_room_for_its_end(void **state)
{
    struct plan plan = { .cases = NULL };
    struct bench_case *added = plan_add(&plan);

    (void)state;
    assert_int_equal(bench_case_argument(added, "%s/%s", "a folder", "probe"),
                     0);
    assert_string_equal(added->argv[0], "a folder/probe");
    for (int i = 1; i < PLAN_ARGUMENTS - 1; i++)
        assert_int_equal(bench_case_argument(added, "n=%d", i), 0);
    assert_int_equal(bench_case_argument(added, "one too many"), -E2BIG);
    assert_null(added->argv[PLAN_ARGUMENTS - 1]);
    plan_free(&plan);
}

static void a_line_becomes_words(void **state)
{
    struct plan plan = { .cases = NULL };
    struct bench_case *added = plan_add(&plan);

    (void)state;
    assert_int_equal(bench_case_argument(added, "a folder/probe"), 0);
    assert_int_equal(
        bench_case_words(added, "order  kind=%s cpu=%d", "thread", -1), 0);
    assert_string_equal(added->argv[0], "a folder/probe");
    assert_string_equal(added->argv[1], "order");
    assert_string_equal(added->argv[2], "kind=thread");
    assert_string_equal(added->argv[3], "cpu=-1");
    assert_null(added->argv[4]);
    plan_free(&plan);
}

static void parameters_have_names(void **state)
{
    struct plan plan = { .cases = NULL };
    struct bench_case *added = plan_add(&plan);

    (void)state;
    bench_case_parameter(added, 0, "workload", "%s", "primes");
    bench_case_parameter(added, 1, "workers", "%d", 8);
    assert_string_equal(bench_case_value(added, "workload"), "primes");
    assert_string_equal(bench_case_value(added, "workers"), "8");
    assert_string_equal(bench_case_value(added, "size"), "");
    plan_free(&plan);
}

static void lists_hold_whole_names(void **state)
{
    static const struct {
        const char *list, *name;
        bool asked;
    } rows[] = {
        { NULL, "fork", true },         { "", "fork", false },
        { "fork", "fork", true },       { "fork-exec", "fork", false },
        { "vfork", "fork", false },     { "timer,fork", "fork", true },
        { "fork,timer", "fork", true }, { "a,fork,b", "fork", true },
        { "forks", "fork", false },     { "for", "fork", false },
        { "a,,fork", "fork", true },    { "fork,", "fork", true },
        { " fork", "fork", false },     { "FORK", "fork", false },
        { "timer,pthread", "", false },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(context_asked(rows[i].list, rows[i].name),
                         rows[i].asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_grows),
        cmocka_unit_test(a_command_keeps_room_for_its_end),
        cmocka_unit_test(a_line_becomes_words),
        cmocka_unit_test(parameters_have_names),
        cmocka_unit_test(lists_hold_whole_names),
    };

    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
