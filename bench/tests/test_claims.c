/* The claims of the lesson, decided by comparisons made up for them. */
#define _GNU_SOURCE /* open_memstream, strsep */
#include "../driver/claims.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { MOST = 4 };

static void add_creation(struct report *report, const char *name,
                         const char *family, const char *base, json_t *ratio,
                         const char *verdict)
{
    assert_int_equal(
        report_add(report->summaries,
                   json_pack("{s:s, s:s, s:s}", "experiment", "creation",
                             "case", name, "family", family)),
        0);
    assert_int_equal(
        report_add(report->comparisons,
                   json_pack("{s:s, s:s, s:s, s:o, s:f, s:f, s:s}",
                             "experiment", "creation", "case", name, "base",
                             base, "ratio", ratio, "ratio_low", 8.0,
                             "ratio_high", 8.5, "verdict", verdict)),
        0);
}

static const char *verdict_on(struct report *report, const char *id)
{
    assert_int_equal(claims_judge(report, 2), 0);
    return report_text(report_find(report->claims, "id", id, NULL), "verdict");
}

static void c10_is_decided_by_all_pairs(void **state)
{
    static const struct {
        const char *pairs[MOST]; /* verdicts; NULL: no more */
        const char *claim;
    } rows[] = {
        { { NULL }, "not measured" },
        { { "costs more" }, "holds here" },
        { { "costs more", "costs more" }, "holds here" },
        { { "costs less", "costs less" }, "does not hold here" },
        { { "no difference detected" }, "no difference detected" },
        { { "costs more", "costs less" }, "depends" },
        { { "costs more", "no difference detected" }, "depends" },
        { { "costs less", "no difference detected" }, "depends" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        for (int p = 0; p < MOST && rows[i].pairs[p] != NULL; p++)
            add_creation(&report, p % 2 == 0 ? "fork" : "posix-spawn",
                         p % 2 == 0 ? "process" : "program", "pthread",
                         json_real(2.5 + p), rows[i].pairs[p]);
        assert_string_equal(verdict_on(&report, "C10"), rows[i].claim);
        report_end(&report);
    }
}

/* Threads, controls, static builds and refused cases decide nothing. */
static void c10_looks_at_processes_only(void **state)
{
    struct report report;

    (void)state;
    assert_int_equal(report_begin(&report), 0);
    add_creation(&report, "thrd", "thread", "pthread", json_real(0.5),
                 "costs less");
    add_creation(&report, "pthread-again", "control", "pthread", json_real(0.5),
                 "costs less");
    add_creation(&report, "fork-musl-static", "process", "pthread-musl-static",
                 json_real(0.5), "costs less");
    add_creation(&report, "clone3", "process", "pthread", json_null(),
                 "not measured");
    assert_string_equal(verdict_on(&report, "C10"), "not measured");
    add_creation(&report, "fork", "process", "pthread", json_real(8.25),
                 "costs more");
    assert_string_equal(verdict_on(&report, "C10"), "holds here");
    assert_non_null(strstr(
        report_text(report_find(report.claims, "id", "C10", NULL), "evidence"),
        "in threads: 8.25 [8.00, 8.50] (more in 1 of 1, less in 0)"));
    report_end(&report);
}

/* A comparison with one parameter; workers 0: none. */
static void add_comparison(struct report *report, const char *experiment,
                           const char *name, const char *base, const char *key,
                           const char *value, int workers, const char *verdict)
{
    assert_int_equal(
        report_add(report->comparisons,
                   json_pack("{s:s, s:s, s:s, s:f, s:f, s:f, s:s, "
                             "s:{s:s, s:i, s:s}}",
                             "experiment", experiment, "case", name, "base",
                             base, "ratio", 2.0, "ratio_low", 1.5, "ratio_high",
                             2.5, "verdict", verdict, "parameters", key, value,
                             "workers", workers, "interpreter",
                             "cpython-3.11")),
        0);
}

static void add_summary(struct report *report, const char *experiment,
                        const char *name, const char *family)
{
    assert_int_equal(
        report_add(report->summaries,
                   json_pack("{s:s, s:s, s:s}", "experiment", experiment,
                             "case", name, "family", family)),
        0);
}

static const char *evidence_of(const struct report *report, const char *id)
{
    return report_text(report_find(report->claims, "id", id, NULL), "evidence");
}

/* Three parts, of which each may be missing. */
static void c9_depends_on_what_is_shared(void **state)
{
    static const struct {
        const char *exchange, *memory, *speedup; /* NULL: not measured */
        const char *claim;
    } rows[] = {
        { NULL, NULL, "faster", "holds here" },
        { NULL, NULL, "slower", "does not hold here" },
        { NULL, NULL, "no difference detected", "no difference detected" },
        { "slower", "takes more", "no difference detected", "depends" },
        { "slower", "takes more", NULL, "holds here" },
        { "faster", NULL, "slower", "does not hold here" },
        { NULL, NULL, NULL, "not measured" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        add_summary(&report, "exchange", "pipe", "process");
        if (rows[i].exchange != NULL)
            add_comparison(&report, "exchange", "pipe", "variable", "bytes",
                           "8", 0, rows[i].exchange);
        if (rows[i].memory != NULL)
            add_comparison(&report, "population", "process", "thread",
                           "quantity", "memory", 0, rows[i].memory);
        if (rows[i].speedup != NULL)
            add_comparison(&report, "speedup", "threads", "processes",
                           "workload", "primes", 2, rows[i].speedup);
        add_comparison(&report, "speedup", "threads", "processes", "workload",
                       "sum", 2, "slower");
        assert_string_equal(verdict_on(&report, "C9"), rows[i].claim);
        assert_true(
            (strstr(evidence_of(&report, "C9"), "population not measured") ==
             NULL) == (rows[i].memory != NULL));
        report_end(&report);
    }
}

/* One usable CPU decides nothing; neither do one worker, more workers than
 * CPUs, or waiting. */
static void c3_looks_at_computing_on_several_cpus(void **state)
{
    static const struct {
        const char *work, *verdict;
        int workers, usable;
        const char *claim;
    } rows[] = {
        { "cpu", "slower", 2, 2, "holds here" },
        { "cpu", "slower", 4, 4, "holds here" },
        { "cpu", "no difference detected", 2, 2, "no difference detected" },
        { "cpu", "too few rounds", 2, 2, "not measured" },
        { "cpu", "slower", 2, 1, "not measured" },
        { "cpu", "slower", 4, 2, "not measured" },
        { "cpu", "slower", 1, 2, "not measured" },
        { "waiting", "slower", 2, 2, "not measured" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        add_comparison(&report, "gil", "python-threads", "python-processes",
                       "work", rows[i].work, rows[i].workers, rows[i].verdict);
        assert_int_equal(claims_judge(&report, rows[i].usable), 0);
        assert_string_not_equal(evidence_of(&report, "C3"), "");
        assert_string_equal(
            report_text(report_find(report.claims, "id", "C3", NULL),
                        "verdict"),
            rows[i].claim);
        report_end(&report);
    }
}

/* Threads that keep up decide only where they gain something themselves. */
static void c3_shows_speedups_of_every_interpreter(void **state)
{
    static const struct {
        double low;
        const char *verdict, *claim, *evidence;
    } rows[] = {
        { 0.97, "slower", "holds here",
          "cpython-3.11, 2 workers against one: threads 0.980 [0.970, 0.990]" },
        { 0.5, "no difference detected", "no difference detected",
          "threads 0.980 [0.500, 0.990]" },
        { 1.7, "no difference detected", "does not hold here", "[1.700" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        add_comparison(&report, "gil", "python-threads", "python-processes",
                       "work", "cpu", 2, rows[i].verdict);
        assert_int_equal(
            report_add(report.summaries,
                       json_pack("{s:s, s:s, s:f, s:f, s:f, s:{s:s, s:s, s:i}}",
                                 "experiment", "gil", "case", "python-threads",
                                 "speedup", 0.98, "speedup_low", rows[i].low,
                                 "speedup_high", 0.99, "parameters",
                                 "interpreter", "cpython-3.11", "work", "cpu",
                                 "workers", 2)),
            0);
        assert_string_equal(verdict_on(&report, "C3"), rows[i].claim);
        assert_non_null(strstr(evidence_of(&report, "C3"), rows[i].evidence));
        report_end(&report);
    }
}

static void c6_counts_starts(void **state)
{
    static const struct {
        const char *thread, *process, *claim;
    } rows[] = {
        { "always seen", "always seen", "holds here" },
        { "always seen", "mostly", "depends" },
        { "never seen", "rarely", "does not hold here" },
        { "mostly", "mostly", "depends" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *const verdicts[] = { rows[i].thread, rows[i].process };
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        for (int k = 0; k < 2; k++)
            assert_int_equal(
                report_add(report.summaries,
                           json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:i, "
                                     "s:s}",
                                     "experiment", "order", "case",
                                     k == 0 ? "thread" : "process", "family",
                                     k == 0 ? "thread" : "process", "placement",
                                     "free", "main_first_share", 0.99,
                                     "share_low", 0.98, "share_high", 0.995,
                                     "starts", 4000, "verdict", verdicts[k])),
                0);
        assert_string_equal(verdict_on(&report, "C6"), rows[i].claim);
        assert_non_null(strstr(evidence_of(&report, "C6"),
                               "thread free 99.0 % [98.0, 99.5] of 4000"));
        report_end(&report);
    }
}

static void c11_depends_on_the_task(void **state)
{
    static const struct {
        const char *short_, *long_, *claim;
    } rows[] = {
        { "slower", "no difference detected", "depends" },
        { "slower", "slower", "holds here" },
        { "no difference detected", "no difference detected",
          "no difference detected" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        add_comparison(&report, "granularity", "process", "thread", "task_us",
                       "1", 0, rows[i].short_);
        add_comparison(&report, "granularity", "process", "thread", "task_us",
                       "10000", 0, rows[i].long_);
        add_comparison(&report, "granularity", "process-pool", "thread-pool",
                       "task_us", "1", 0, "faster");
        assert_string_equal(verdict_on(&report, "C11"), rows[i].claim);
        report_end(&report);
    }
}

static void add_demo(struct report *report, const char *lab, int status)
{
    assert_int_equal(
        report_add(report->summaries,
                   json_pack("{s:s, s:s, s:o, s:s}", "experiment", "demos",
                             "case", lab, "status",
                             status < 0 ? json_null() : json_integer(status),
                             "unavailable",
                             status < 0 ? "its demo was not built" : "")),
        0);
}

/* C8 asks five demos. -1: not run. */
static void demos_decide_by_their_exit_status(void **state)
{
    static const char *const labs[] = { "lab02", "lab07", "lab08", "lab09",
                                        "lab15" };
    static const struct {
        int status[ROWS(labs)];
        const char *claim, *evidence;
    } rows[] = {
        { { 0, 0, 0, 0, 0 }, "holds here", "threads shared variables" },
        { { 0, 0, 1, 0, 0 },
          "does not hold here",
          "the demo of lab08 ended with 1, see scripts/lab run 08" },
        { { 0, 0, 0, 0, -1 }, "not measured", "lab15: its demo was not built" },
        { { 0, 139, 0, 0, -1 },
          "does not hold here",
          "lab07 ended with 139, see scripts/lab run 07; lab15: its demo" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        for (size_t k = 0; k < ROWS(labs); k++)
            add_demo(&report, labs[k], rows[i].status[k]);
        assert_string_equal(verdict_on(&report, "C8"), rows[i].claim);
        assert_non_null(strstr(evidence_of(&report, "C8"), rows[i].evidence));
        report_end(&report);
    }
}

/* ---- On the screen ---- */

static void they_fit_a_terminal(void **state)
{
    struct report report;
    char *text = NULL, *line;
    size_t size = 0;

    (void)state;
    assert_int_equal(report_begin(&report), 0);
    for (int i = 0; i < 3; i++)
        add_creation(&report, "fork", "process", "pthread", json_real(8.25),
                     "costs more");
    add_demo(&report, "lab01", 0);
    add_demo(&report, "lab06", 0);
    assert_int_equal(claims_judge(&report, 2), 0);
    json_object_set_new(json_array_get(report.claims, 0), "evidence",
                        json_string("a \x1b[31mred\nword"));

    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    claims_print(out, report.claims);
    fclose(out);
    assert_non_null(strstr(text, "C10  holds here: The system creates"));
    assert_non_null(strstr(text, "a ?[31mred?word"));
    assert_non_null(
        strstr(text, "not measured: C3, C4, C5, C6, C7, C8, C9, C11\n"));
    for (char *rest = text; (line = strsep(&rest, "\n")) != NULL;)
        assert_true(strlen(line) <= 80);
    free(text);
    report_end(&report);
}

static void a_folder_that_is_no_run_is_refused(void **state)
{
    static const char *const texts[] = {
        NULL,
        "",
        "[]",
        "{}",
        "{\"schema\": 1}",
        "{\"schema\": 2, \"claims\": []}",
        "{\"schema\": 1, \"claims\": 3}",
    };
    const char *folder = *state;

    for (size_t i = 0; i < ROWS(texts); i++) {
        if (texts[i] != NULL) {
            FILE *file = fopen(scratch_path(folder, "run.json"), "w");
            assert_non_null(file);
            fputs(texts[i], file);
            fclose(file);
        }
        assert_int_equal(claims_show(folder), EXIT_FAILURE);
    }
}

static void all_claims_are_there_once(void **state)
{
    static const char *const ids[] = { "C1", "C2", "C3", "C4",  "C5", "C6",
                                       "C7", "C8", "C9", "C10", "C11" };
    struct report report;

    (void)state;
    assert_int_equal(report_begin(&report), 0);
    assert_int_equal(claims_judge(&report, 2), 0);
    assert_int_equal(claims_judge(&report, 2), 0); /* anew, not on top */
    assert_int_equal(json_array_size(report.claims), ROWS(ids));
    for (size_t i = 0; i < ROWS(ids); i++) {
        const json_t *claim = json_array_get(report.claims, i);

        assert_string_equal(report_text(claim, "id"), ids[i]);
        assert_string_equal(report_text(claim, "verdict"), "not measured");
        assert_string_not_equal(report_text(claim, "statement"), "");
        assert_string_not_equal(report_text(claim, "evidence"), "");
    }
    report_end(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(c10_is_decided_by_all_pairs),
        cmocka_unit_test(c10_looks_at_processes_only),
        cmocka_unit_test(c9_depends_on_what_is_shared),
        cmocka_unit_test(c3_looks_at_computing_on_several_cpus),
        cmocka_unit_test(c3_shows_speedups_of_every_interpreter),
        cmocka_unit_test(c6_counts_starts),
        cmocka_unit_test(c11_depends_on_the_task),
        cmocka_unit_test(demos_decide_by_their_exit_status),
        cmocka_unit_test(they_fit_a_terminal),
        cmocka_unit_test_setup_teardown(a_folder_that_is_no_run_is_refused,
                                        scratch_begin, scratch_end),
        cmocka_unit_test(all_claims_are_there_once),
    };

    return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
