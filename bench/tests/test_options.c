/* The command line: what is read, what is refused, and in which words. */
#include "../driver/options.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { WORDS = 8 };

static int read_words(const char *const words[WORDS], struct command_line *ret,
                      struct failure *failure)
{
    const char *argv[WORDS + 2] = { "bench" };
    int argc = 1;

    for (int i = 0; i < WORDS && words[i] != NULL; i++)
        argv[argc++] = words[i];
    *failure = (struct failure){ "" };
    return options_read(argc, argv, ret, failure);
}

static void what_is_not_said_has_a_default(void **state)
{
    static const char *const words[WORDS] = { "creation" };
    struct command_line line, again;
    struct failure failure;

    (void)state;
    assert_int_equal(read_words(words, &line, &failure), 0);
    assert_ptr_equal(line.chosen[0], &experiment_creation);
    assert_null(line.chosen[1]);
    assert_string_equal(line.options.profile->name, "default");
    assert_null(line.options.cases);
    assert_null(line.options.placement);
    assert_null(line.output);
    assert_false(line.wait);
    assert_true(line.options.time_budget_s == 0);
    assert_int_equal(read_words(words, &again, &failure), 0);
    assert_int_not_equal(line.options.seed, again.options.seed);
    options_free(&line);
    options_free(&again);
}

static void everything_can_be_said(void **state)
{
    static const char *const long_words[WORDS] = {
        "speedup",          "--profile=quick", "--output=a b", "--cases=x,y",
        "--placement=free", "--time-budget=5", "--seed=42",    "--wait"
    };
    static const char *const short_words[WORDS] = {
        "-pquick", "-oa b", "-cx,y", "--placement=free",
        "-t5",     "-s42",  "-w",    "speedup"
    };
    const char *const *const rows[] = { long_words, short_words };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct command_line line;
        struct failure failure;

        assert_int_equal(read_words(rows[i], &line, &failure), 0);
        assert_ptr_equal(line.chosen[0], &experiment_speedup);
        assert_string_equal(line.options.profile->name, "quick");
        assert_string_equal(line.output, "a b");
        assert_string_equal(line.options.cases, "x,y");
        assert_string_equal(line.options.placement, "free");
        assert_true(line.options.time_budget_s == 5);
        assert_int_equal(line.options.seed, 42);
        assert_true(line.wait);
        options_free(&line);
    }
}

static void a_selftest_is_no_experiment(void **state)
{
    static const char *const words[WORDS] = { "selftest", "--quick", "-s7" };
    struct command_line line;
    struct failure failure;

    (void)state;
    assert_int_equal(read_words(words, &line, &failure), 0);
    assert_true(line.selftest);
    assert_null(line.chosen[0]);
    assert_string_equal(line.options.profile->name, "quick");
    assert_int_equal(line.options.seed, 7);
    options_free(&line);
}

/* `all` adds those of the table that were not named before it. */
static void experiments_are_chosen_once_each(void **state)
{
    static const struct {
        const char *words[WORDS];
        const struct experiment *first[3];
        bool all; /* and then the others, in their order */
    } rows[] = {
        { { "all" }, { NULL }, true },
        { { "instruments", "creation" },
          { &experiment_instruments, &experiment_creation },
          false },
        { { "speedup", "speedup" }, { &experiment_speedup }, false },
        { { "speedup", "all" }, { &experiment_speedup }, true },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct command_line line;
        struct failure failure;
        size_t n = 0;

        assert_int_equal(read_words(rows[i].words, &line, &failure), 0);
        for (; rows[i].first[n] != NULL; n++)
            assert_ptr_equal(line.chosen[n], rows[i].first[n]);
        for (size_t e = 0; rows[i].all && experiments[e] != NULL; e++)
            if (experiments[e] != rows[i].first[0])
                assert_ptr_equal(line.chosen[n++], experiments[e]);
        assert_null(line.chosen[n]);
        options_free(&line);
    }
}

/* One line that names the offender, and what would be right. */
static void what_is_refused(void **state)
{
    static const struct {
        const char *words[WORDS];
        const char *offender, *instead;
    } rows[] = {
        { { NULL }, "which experiment", "--help tells of" },
        { { "frobnicate" }, "'frobnicate'", "all, creation, speedup" },
        { { "creation", "Speedup" }, "'Speedup'", "speedup, memory" },
        { { "all", "--profile", "slow" },
          "'slow'",
          "quick, default, thorough" },
        { { "all", "--profile=" }, "''", "quick, default, thorough" },
        { { "all", "--frobnicate" }, "--frobnicate", "--help" },
        { { "all", "--cases" }, "--cases", "--help" },
        { { "all", "--wait=5" }, "--wait", "--help" },
        { { "all", "-t", "0" }, "'0'", "0.1 to 86400" },
        { { "all", "-t", "-5" }, "'-5'", "0.1 to 86400" },
        { { "all", "-t", "1e300" }, "'1e300'", "0.1 to 86400" },
        { { "all", "-t", "nan" }, "'nan'", "0.1 to 86400" },
        { { "all", "-t", "inf" }, "'inf'", "0.1 to 86400" },
        { { "all", "-t", "five" }, "'five'", "0.1 to 86400" },
        { { "all", "-t", "5s" }, "'5s'", "0.1 to 86400" },
        { { "all", "-t", "" }, "''", "0.1 to 86400" },
        { { "all", "-s", "-1" }, "'-1'", "0 to 4294967295" },
        { { "all", "-s", "4294967296" }, "'4294967296'", "0 to 4294967295" },
        { { "all", "-s", "1.5" }, "'1.5'", "whole number" },
        { { "selftest", "creation" }, "selftest", "no experiment beside it" },
        { { "all", "selftest" }, "selftest", "no experiment beside it" },
        { { "selftest", "-t", "5" }, "selftest", "leave out --output" },
        { { "selftest", "-oa" }, "selftest", "leave out --output" },
        { { "all", "-s", "x" }, "'x'", "0 to 4294967295" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct command_line line;
        struct failure failure;

        assert_int_equal(read_words(rows[i].words, &line, &failure), -EINVAL);
        assert_non_null(strstr(failure.text, rows[i].offender));
        assert_non_null(strstr(failure.text, rows[i].instead));
        assert_null(strchr(failure.text, '\n'));
        options_free(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_has_a_default),
        cmocka_unit_test(everything_can_be_said),
        cmocka_unit_test(a_selftest_is_no_experiment),
        cmocka_unit_test(experiments_are_chosen_once_each),
        cmocka_unit_test(what_is_refused),
    };

    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
