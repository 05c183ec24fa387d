/* What experiments share: a case's figures, its summary, the A/A control. */
#include "../driver/experiments/measured.h"

#include "blocks.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 12 };

/* Each round one block of three samples around `us`, in ns. */
static void add_blocks(struct samples *samples, size_t index, double us)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        char text[256];

        snprintf(text, sizeof(text),
                 "warmup,cost_ns,error\n1,900000,\n0,%.0f,\n0,%.0f,\n0,%.0f,\n",
                 us * 1000 - 100, us * 1000 + round, us * 1000 + 200);
        blocks_add(samples, index, round, text);
    }
}

static void a_case_is_described(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct measured measured;

    (void)state;
    struct bench_case *pipe = blocks_case(&plan, "pipe", "process", "same-cpu");
    bench_case_parameter(pipe, 0, "bytes", "%d", 4096);
    bench_case_parameter(pipe, 1, "mode", "latency");
    add_blocks(&samples, 0, 5);
    assert_int_equal(
        measured_read(&plan, &samples, 0, "cost_ns", 1e-3, &measured), 0);
    assert_int_equal(measured.series.n, 3 * ROUNDS);
    assert_true(fabs(measured.distribution.median - 5.0055) < 1e-9);
    assert_true(measured.interval.low <= measured.distribution.median);

    json_t *summary = measured_summary("exchange", &measured, "slower");
    assert_string_equal(report_text(summary, "case"), "pipe");
    assert_string_equal(report_text(summary, "verdict"), "slower");
    assert_string_equal(report_text(summary, "unavailable"), "");
    assert_true(report_get(summary, "bytes") == 4096);
    assert_string_equal(report_text(summary, "mode"), "latency");
    assert_true(report_get(summary, "n") == 3 * ROUNDS);
    assert_true(report_get(summary, "max_us") == 5.2);
    assert_true(isnan(report_get(summary, "p99_us"))); /* too few */
    json_decref(summary);
    measured_free(&measured);
    samples_free(&samples);
    plan_free(&plan);
}

static void what_is_missing_has_a_reason(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    static const char *const reasons[] = {
        "no block was finished", "needs two CPUs",
        "refused by the system: EAGAIN (process limit; see ulimit -u)"
    };

    (void)state;
    blocks_case(&plan, "a", "process", "free");
    snprintf(blocks_case(&plan, "b", "process", "free")->unavailable, 32,
             "needs two CPUs");
    blocks_case(&plan, "c", "process", "free");
    blocks_add(&samples, 2, 0, "cost_ns,error\n,EAGAIN\n");
    for (size_t i = 0; i < 3; i++) {
        struct measured measured;

        assert_int_equal(
            measured_read(&plan, &samples, i, "cost_ns", 1e-3, &measured), 0);
        json_t *summary = measured_summary("x", &measured, "");
        assert_string_equal(report_text(summary, "unavailable"), reasons[i]);
        assert_true(isnan(report_get(summary, "median_us")));
        json_decref(summary);
        measured_free(&measured);
    }
    samples_free(&samples);
    plan_free(&plan);
}

static void numbers_are_set_in_order(void **state)
{
    static const struct measured_number numbers[] = { { "b", 2.5 },
                                                      { "a", NAN } };
    const struct paired paired = {
        .ratio = 8, .interval = { .low = 7.5, .high = INFINITY }
    };
    json_t *object = json_object();

    (void)state;
    assert_int_equal(measured_set_all(object, numbers, 0), 0);
    assert_int_equal(json_object_size(object), 0);
    assert_int_equal(measured_set_all(object, numbers, 2), 0);
    assert_int_equal(measured_set_paired(object, "ratio", &paired), 0);
    char *text = json_dumps(object, JSON_PRESERVE_ORDER);
    assert_string_equal(text, "{\"b\": 2.5, \"a\": null, \"ratio\": 8.0, "
                              "\"ratio_low\": 7.5, \"ratio_high\": null}");
    free(text);
    json_decref(object);
}

/* Off by a share in every round: warned of if it is more than is tolerated. */
static void a_control_that_differs_is_told(void **state)
{
    static const struct {
        double again_us;
        size_t warnings;
    } rows[] = { { 10, 0 }, { 10.05, 0 }, { 10.3, 1 }, { 9, 1 } };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct measured once, again;
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        blocks_case(&plan, "thread", "thread", "free");
        blocks_case(&plan, "thread-again", "control", "free");
        add_blocks(&samples, 0, 10);
        add_blocks(&samples, 1, rows[i].again_us);
        assert_int_equal(
            measured_read(&plan, &samples, 0, "cost_ns", 1e-3, &once), 0);
        assert_int_equal(
            measured_read(&plan, &samples, 1, "cost_ns", 1e-3, &again), 0);
        assert_int_equal(measured_judge_control("creation", &again.series,
                                                &once.series, "at free", 0.01,
                                                &report),
                         0);
        assert_int_equal(json_array_size(report.warnings), rows[i].warnings);
        measured_free(&once);
        measured_free(&again);
        samples_free(&samples);
        plan_free(&plan);
        report_end(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_described),
        cmocka_unit_test(what_is_missing_has_a_reason),
        cmocka_unit_test(numbers_are_set_in_order),
        cmocka_unit_test(a_control_that_differs_is_told),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("measured", tests, NULL, NULL);
}
