/* The claims of the lesson, decided by comparisons made up for them. */
#include "../driver/claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
                   json_pack("{s:s, s:s, s:s, s:o, s:s}", "experiment",
                             "creation", "case", name, "base", base, "ratio",
                             ratio, "verdict", verdict)),
        0);
}

static const char *verdict_on(struct report *report, const char *id)
{
    assert_int_equal(claims_judge(report), 0);
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
        "costs 8.25 to 8.25 times a thread over 1 pairs"));
    report_end(&report);
}

static void c9_is_about_threads_and_processes(void **state)
{
    static const struct {
        const char *workload, *verdict, *claim;
    } rows[] = {
        { "primes", "faster", "holds here" },
        { "primes", "slower", "does not hold here" },
        { "primes", "no difference detected", "no difference detected" },
        { "sum", "faster", "not measured" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct report report;

        assert_int_equal(report_begin(&report), 0);
        assert_int_equal(
            report_add(report.comparisons,
                       json_pack("{s:s, s:s, s:s, s:f, s:s, s:{s:s}}",
                                 "experiment", "speedup", "case", "threads",
                                 "base", "processes", "ratio", 0.9, "verdict",
                                 rows[i].verdict, "parameters", "workload",
                                 rows[i].workload)),
            0);
        assert_string_equal(verdict_on(&report, "C9"), rows[i].claim);
        report_end(&report);
    }
}

static void all_claims_are_there_once(void **state)
{
    static const char *const ids[] = { "C1", "C2", "C3", "C4",  "C5", "C6",
                                       "C7", "C8", "C9", "C10", "C11" };
    struct report report;

    (void)state;
    assert_int_equal(report_begin(&report), 0);
    assert_int_equal(claims_judge(&report), 0);
    assert_int_equal(claims_judge(&report), 0); /* anew, not on top */
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
        cmocka_unit_test(c9_is_about_threads_and_processes),
        cmocka_unit_test(all_claims_are_there_once),
    };

    return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
