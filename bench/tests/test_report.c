/* What a run has found out: finding it again, and showing it to a person. */
#define _GNU_SOURCE /* open_memstream */
#include "../driver/report.h"
#include "../driver/screen.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
    static struct report report;

    *state = &report;
    return report_begin(&report);
}

static int end(void **state)
{
    report_end(*state);
    return 0;
}

static void nothing_is_added_silently(void **state)
{
    struct report *report = *state;

    assert_int_equal(report_add(report->summaries, NULL), -ENOMEM);
    assert_int_equal(report_add(NULL, json_object()), -ENOMEM);
    assert_int_equal(json_array_size(report->summaries), 0);
    assert_int_equal(report_add(report->summaries, json_object()), 0);
    assert_int_equal(json_array_size(report->summaries), 1);
}

static void numbers_and_texts(void **state)
{
    json_t *object = json_pack(
        "{s:f, s:i, s:n, s:s, s:{s:s, s:i}}", "ratio", 8.25, "n", 7, "p99_us",
        "case", "fork", "parameters", "workload", "primes", "workers", 4);

    (void)state;
    assert_true(report_get(object, "ratio") == 8.25);
    assert_true(report_get(object, "n") == 7);
    assert_true(report_get(object, "workers") == 4);
    assert_true(isnan(report_get(object, "p99_us")));
    assert_true(isnan(report_get(object, "missing")));
    assert_true(isnan(report_get(object, "case")));
    assert_true(isnan(report_get(NULL, "ratio")));
    assert_string_equal(report_text(object, "case"), "fork");
    assert_string_equal(report_text(object, "workload"), "primes");
    assert_string_equal(report_text(object, "ratio"), "");
    assert_string_equal(report_text(NULL, "case"), "");
    json_decref(object);
}

static void no_number_is_null(void **state)
{
    static const double none[] = { NAN, INFINITY, -INFINITY };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        json_t *value = report_number(none[i]);

        assert_true(json_is_null(value));
        json_decref(value);
    }
    json_t *value = report_number(0.5);
    assert_true(json_real_value(value) == 0.5);
    json_decref(value);
}

static void objects_are_found_by_all_keys(void **state)
{
    struct report *report = *state;
    static const char *const names[][2] = { { "fork", "free" },
                                            { "fork", "same-cpu" },
                                            { "vfork", "same-cpu" } };

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            report_add(report->summaries,
                       json_pack("{s:s, s:{s:s}}", "case", names[i][0],
                                 "parameters", "placement", names[i][1])),
            0);
    assert_ptr_equal(report_find(report->summaries, "case", "fork", NULL),
                     json_array_get(report->summaries, 0));
    assert_ptr_equal(report_find(report->summaries, "case", "fork", "placement",
                                 "same-cpu", NULL),
                     json_array_get(report->summaries, 1));
    assert_null(report_find(report->summaries, "case", "vfork", "placement",
                            "free", NULL));
    assert_null(report_find(NULL, "case", "fork", NULL));
}

static void a_table_is_made_once(void **state)
{
    struct report *report = *state;
    json_t *rows = report_table(report, "dots", "case,us");

    assert_non_null(rows);
    assert_int_equal(report_add(rows, json_object()), 0);
    assert_ptr_equal(report_table(report, "dots", "case,us"), rows);
    assert_string_equal(
        report_text(json_object_get(report->tables, "dots"), "columns"),
        "case,us");
}

static void warnings_and_charts(void **state)
{
    struct report *report = *state;
    char bad[] = "\xff\xfe"; /* no UTF-8: refused, not written */

    assert_int_equal(report_warn(report, "%d of %s", 2, "us"), 0);
    assert_string_equal(json_string_value(json_array_get(report->warnings, 0)),
                        "2 of us");
    assert_int_equal(report_chart(report, "creation", "title", "caption"), 0);
    assert_string_equal(
        report_text(json_object_get(report->charts, "creation"), "caption"),
        "caption");
    assert_int_equal(report_warn(report, "%s", bad), -ENOMEM);
    assert_int_equal(report_chart(report, "tails", bad, "caption"), -ENOMEM);
}

/* ---- The terminal ---- */

static char *drawn(const struct report *report)
{
    char *text;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);

    assert_non_null(out);
    screen_table(out, report);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* µ and × are two bytes and one column; each group has its own widths. */
static void columns_are_aligned(void **state)
{
    struct report *report = *state;

    assert_int_equal(report_line(report, "creation: median\ton one CPU\tfree"),
                     0);
    assert_int_equal(report_line(report, "  fork\t76.4 µs  9.1×\t1.20 ms"), 0);
    assert_int_equal(report_line(report, "  pthread\t8.42 µs  1.0×\t-"), 0);
    assert_int_equal(report_line(report, "speedup\tx"), 0);
    assert_int_equal(report_line(report, "  2\t1.99"), 0);

    char *text = drawn(report);
    assert_string_equal(text, "\n"
                              "creation: median     on one CPU     free\n"
                              "  fork            76.4 µs  9.1×  1.20 ms\n"
                              "  pthread         8.42 µs  1.0×        -\n"
                              "\n"
                              "speedup     x\n"
                              "  2      1.99\n");
    free(text);
}

/* A line without columns leaves those of the others as they are. */
static void a_sentence_is_no_column(void **state)
{
    struct report *report = *state;

    assert_int_equal(report_line(report, "population\tthread"), 0);
    assert_int_equal(report_line(report, "  n = 1\t33.2 µs"), 0);
    assert_int_equal(report_line(report, "  thread: stopped at 509"), 0);

    char *text = drawn(report);
    assert_string_equal(text, "\n"
                              "population   thread\n"
                              "  n = 1     33.2 µs\n"
                              "  thread: stopped at 509\n");
    free(text);
}

static void nothing_to_show_is_nothing(void **state)
{
    char *text = drawn(*state);

    assert_string_equal(text, "");
    free(text);
}

/* Only a terminal gets a line that is drawn again. */
static void progress_is_for_terminals(void **state)
{
    (void)state;
    for (int terminal = 0; terminal <= 1; terminal++) {
        char *text;
        size_t bytes;
        struct screen screen = { .out = open_memstream(&text, &bytes),
                                 .terminal = terminal };

        screen_begin(&screen, "creation", "what does it cost?");
        screen_progress(&screen, 0, 0, 0);
        screen_progress(&screen, 3, 1.0, 3.0);
        screen_end(&screen, 12, 4.0);
        assert_int_equal(fclose(screen.out), 0);
        if (terminal)
            assert_non_null(strstr(text, "\r   25 %  round 4, about 3 s left"));
        else
            assert_string_equal(text, "creation: what does it cost?\n"
                                      "  12 rounds in 4.0 s\n");
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_added_silently, begin, end),
        cmocka_unit_test(numbers_and_texts),
        cmocka_unit_test(no_number_is_null),
        cmocka_unit_test_setup_teardown(objects_are_found_by_all_keys, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_table_is_made_once, begin, end),
        cmocka_unit_test_setup_teardown(warnings_and_charts, begin, end),
        cmocka_unit_test_setup_teardown(columns_are_aligned, begin, end),
        cmocka_unit_test_setup_teardown(a_sentence_is_no_column, begin, end),
        cmocka_unit_test_setup_teardown(nothing_to_show_is_nothing, begin, end),
        cmocka_unit_test(progress_is_for_terminals),
    };

    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
