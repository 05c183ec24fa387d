/* instruments: hyperfine's JSON as rows and back, slopes of known lines, and
 * a title that claims agreement only where there is some. */
#include "../driver/experiments/hyperfine.h"

#include "../driver/statistics.h"
#include "blocks.h"
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

static int read_json(const char *text, struct rows *ret)
{
    const struct bench_case bench_case = { .name = "fork" };
    struct failure failure = { "" };
    int rc = hyperfine_rows(&bench_case, strdup(text), ret, &failure);

    assert_true(rc == 0 || failure.text[0] != '\0');
    return rc;
}

/* It writes everything anew after each command; the last counts. */
static void its_last_words_count(void **state)
{
    struct rows rows;

    (void)state;
    assert_int_equal(
        read_json("{\"results\": [{\"command\": \"probe samples=30\","
                  "\"mean\": 1, \"times\": [0.004]}]}\n"
                  "{\"results\": [{\"command\": \"probe samples=30\","
                  "\"times\": [0.004, 0.0045]},"
                  "{\"command\": \"probe samples=60 x=1\","
                  "\"times\": [0.008]}]}\n",
                  &rows),
        0);
    assert_int_equal(rows.tables, 1);
    assert_int_equal(rows.table[0].rows, 3);
    assert_true(rows_number(&rows.table[0], 1, "creations") == 30);
    assert_true(rows_number(&rows.table[0], 1, "run") == 1);
    assert_true(rows_number(&rows.table[0], 1, "wall_s") == 0.0045);
    assert_true(rows_number(&rows.table[0], 2, "creations") == 60);
    assert_string_equal(rows_cell(&rows.table[0], 0, "error"), "");
    rows_free(&rows);
}

static void other_words_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "hyperfine: error",
        "{",
        "{}",
        "[1, 2]",
        "{\"results\": []}",
        "{\"results\": 3}",
        "{\"results\": [{\"command\": \"probe\", \"times\": [1]}]}",
        "{\"results\": [{\"times\": [1]}]}",
        "{\"results\": [{\"command\": \"samples=3\"}]}",
        "{\"results\": [null]}",
    };

    (void)state;
    for (size_t i = 0; i < ROWS(texts); i++) {
        struct rows rows;

        assert_int_equal(read_json(texts[i], &rows), -EPROTO);
    }
}

static void paths_survive_its_splitting(void **state)
{
    static const struct {
        const char *folder, *quoted;
    } rows[] = {
        { "/usr/bin", "/usr/bin/probe" },
        { "/my labs", "/my\\ labs/probe" },
        { "/it's \"here\"\\", "/it\\'s\\ \\\"here\\\"\\\\/probe" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char quoted[HYPERFINE_QUOTED];

        hyperfine_quote(rows[i].folder, "probe", quoted);
        assert_string_equal(quoted, rows[i].quoted);
    }
}

/* ---- Conclusions ---- */

/* The probe's mean in every round, and a line of hyperfine's that rises by so
 * many µs a creation in even and in odd rounds. */
static void add_pair(struct plan *plan, struct samples *samples, double mean_us,
                     double even_us, double odd_us)
{
    size_t ours = plan->count;

    bench_case_parameter(blocks_case(plan, "fork", "process", "same-cpu"), 0,
                         "instrument", "probe");
    bench_case_parameter(blocks_case(plan, "fork", "process", "same-cpu"), 0,
                         "instrument", "hyperfine");
    for (unsigned round = 0; round < ROUNDS; round++) {
        double s = (round % 2 == 0 ? even_us : odd_us) * 1e-6;
        char text[200];

        snprintf(text, sizeof(text),
                 "warmup,reaped_ns,error\n1,1,\n0,%.0f,\n0,%.0f,\n",
                 mean_us * 900, mean_us * 1100);
        blocks_add(samples, ours, round, text);
        snprintf(text, sizeof(text),
                 "creations,run,wall_s,error\n30,0,%.9f,\n60,0,%.9f,\n"
                 "120,0,%.9f,\n",
                 0.001 + 30 * s, 0.001 + 60 * s, 0.001 + 120 * s);
        blocks_add(samples, ours + 1, round, text);
    }
}

static void conclude(struct plan *plan, struct samples *samples,
                     struct report *report)
{
    trial_conclude(&experiment_instruments, NULL, plan, samples, report);
}

static void agreement_is_judged_by_the_interval(void **state)
{
    static const struct {
        double mean_us, even_us, odd_us;
        const char *verdict, *title;
    } rows[] = {
        { 80.4, 80, 80, "agree within 5 %",
          "Two instruments, hyperfine and the probe, agree within 1 %" },
        { 82, 80, 80, "agree within 5 %",
          "Two instruments, hyperfine and the probe, agree within 3 %" },
        { 80, 64, 100, "agree",
          "Two instruments, hyperfine and the probe, agree within 25 %" },
        { 90, 80, 80, "disagree",
          "Two instruments, hyperfine and the probe, do not agree" },
        { 60, 80, 80, "disagree",
          "Two instruments, hyperfine and the probe, do not agree" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_pair(&plan, &samples, rows[i].mean_us, rows[i].even_us,
                 rows[i].odd_us);
        conclude(&plan, &samples, &report);
        const json_t *fork = json_array_get(report.summaries, 0);
        assert_string_equal(report_text(fork, "verdict"), rows[i].verdict);
        assert_true(fabs(report_get(fork, "mean_us") - rows[i].mean_us) < 1e-6);
        assert_true(fabs(report_get(fork, "slope_us") -
                         (rows[i].even_us + rows[i].odd_us) / 2) < 1e-3);
        assert_string_equal(
            report_text(json_object_get(report.charts, "instruments"), "title"),
            rows[i].title);
        report_end(&report);
    }
}

static void its_results_are_kept_under_its_names(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_pair(&plan, &samples, 80, 80, 80);
    conclude(&plan, &samples, &report);
    const json_t *results = json_object_get(
        json_object_get(report.files, "hyperfine-fork.json"), "results");
    assert_int_equal(json_array_size(results), 3);
    const json_t *first = json_array_get(results, 0);
    assert_int_equal(json_array_size(json_object_get(first, "times")), ROUNDS);
    assert_true(fabs(report_get(first, "mean") - 0.0034) < 1e-9);
    assert_true(fabs(report_get(first, "median") - 0.0034) < 1e-9);
    assert_true(fabs(report_get(first, "min") - 0.0034) < 1e-9);
    assert_string_equal(report_text(first, "creations"), "30");
    report_end(&report);
}

/* Interrupted before a round was over, or hyperfine broke: nothing is said. */
static void what_was_not_measured_is_not_claimed(void **state)
{
    (void)state;
    for (int blocks = 0; blocks <= 1; blocks++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        blocks_case(&plan, "fork", "process", "same-cpu");
        blocks_case(&plan, "fork", "process", "same-cpu");
        if (blocks > 0)
            blocks_add(&samples, 0, 0, "warmup,reaped_ns,error\n0,80000,\n");
        conclude(&plan, &samples, &report);
        const json_t *fork = json_array_get(report.summaries, 0);
        assert_string_equal(report_text(fork, "verdict"), "not measured");
        assert_string_equal(
            report_text(json_object_get(report.charts, "instruments"), "title"),
            "Do two instruments, hyperfine and the probe, agree?");
        assert_null(
            strstr(json_string_value(json_array_get(report.lines, 1)), "nan"));
        report_end(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_last_words_count),
        cmocka_unit_test(other_words_are_refused),
        cmocka_unit_test(paths_survive_its_splitting),
        cmocka_unit_test(agreement_is_judged_by_the_interval),
        cmocka_unit_test(its_results_are_kept_under_its_names),
        cmocka_unit_test(what_was_not_measured_is_not_claimed),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("instruments", tests, NULL, NULL);
}
