/* speedup: the worker counts, results that must agree, numbers that follow
 * from known times, and titles that claim no more than their intervals. */
#include "../driver/experiments/speedup.h"

#include "../driver/statistics.h"
#include "blocks.h"
#include "scratch.h"
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

/* ---- The plan ---- */

/* A probe that needs 1 ms for each unit of size, and says so without delay. */
static const char probe_script[] =
    "case $1 in\n"
    "list) echo workload,memory_bytes; echo primes,0; echo sum,67108864;;\n"
    "speedup) echo elapsed_ns; for word; do case $word in\n"
    "    size=*) echo ${word#size=}000000;; esac; done;;\n"
    "esac";

static struct context context_in(const char *folder, int usable)
{
    static const struct profile usual = { .level = PROFILE_DEFAULT,
                                          .effort = 1 };
    struct context context = trial_context(folder, &usual);

    context.machine.usable_cpus = usable;
    context.machine.affinity_cpus = usable;
    context.machine.memory_available_mib = 1000000;
    scratch_script(folder, "probe", probe_script);
    return context;
}

/* The worker counts of one kind, as text. */
static void counts_of(const struct plan *plan, const char *kind, char *text)
{
    text[0] = '\0';
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->cases[i].name, kind) == 0 &&
            strcmp(bench_case_value(&plan->cases[i], "workload"), "sum") == 0)
            sprintf(text + strlen(text), "%s ",
                    bench_case_value(&plan->cases[i], "workers"));
}

static void worker_counts_are_thinned(void **state)
{
    static const struct {
        int usable;
        const char *counts;
    } rows[] = {
        { 1, "1 2 " },
        { 2, "1 2 4 " },
        { 3, "1 2 3 6 " },
        { 16, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 32 " },
        { 17, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 34 " },
        { 64, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 20 25 31 38 47 58 64 "
              "128 " },
    };
    static const char *const kinds[] = { "processes", "threads", "copies" };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = context_in(*state, rows[i].usable);
        char text[512];

        struct plan plan = trial_plan(&experiment_speedup, &context);
        for (size_t k = 0; k < 3; k++) {
            counts_of(&plan, kinds[k], text);
            assert_string_equal(text, rows[i].counts);
        }
        counts_of(&plan, "serial", text);
        assert_string_equal(text, "1 ");
        plan_free(&plan);
    }
}

/* Unless there is no other count to compare with. */
static void the_quick_profile_is_not_oversubscribed(void **state)
{
    static const struct profile quick = { "quick", PROFILE_QUICK, 1, 1 };
    static const char *const counts[] = { "1 2 ", "1 2 ", "1 2 3 " };

    for (int usable = 1; usable <= (int)ROWS(counts); usable++) {
        struct context context = context_in(*state, usable);
        char text[512];

        context.options.profile = &quick;
        struct plan plan = trial_plan(&experiment_speedup, &context);
        counts_of(&plan, "threads", text);
        assert_string_equal(text, counts[usable - 1]);
        plan_free(&plan);
    }
}

/* Threads and ranks at 2 to 24 counts: 4 to 48 comparisons. */
static void more_counts_want_more_rounds(void **state)
{
    static const struct {
        int usable;
        unsigned rounds;
    } rows[] = { { 1, 8 }, { 2, 8 }, { 4, 9 }, { 16, 11 }, { 64, 11 } };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = context_in(*state, rows[i].usable);
        struct plan plan = trial_plan(&experiment_speedup, &context);

        assert_int_equal(plan.rounds_at_least, rows[i].rounds);
        plan_free(&plan);
    }
}

/* The baseline and the ceiling stay; one size for all of a workload. */
static void only_some_kinds_may_be_asked_for(void **state)
{
    struct context context = context_in(*state, 2);
    char text[512];

    context.options.cases = "threads";
    struct plan plan = trial_plan(&experiment_speedup, &context);
    counts_of(&plan, "processes", text);
    assert_string_equal(text, "");
    counts_of(&plan, "copies", text);
    assert_string_equal(text, "1 2 4 ");
    for (size_t i = 0; i < plan.count; i++)
        assert_string_equal(bench_case_value(&plan.cases[i], "size"),
                            bench_case_value(&plan.cases[0], "size"));
    plan_free(&plan);
}

/* Only what takes some is left out where nobody knows. */
static void unknown_memory_is_said(void **state)
{
    struct context context = context_in(*state, 2);

    context.machine.memory_available_mib = FACT_UNKNOWN;
    struct plan plan = trial_plan(&experiment_speedup, &context);
    for (size_t i = 0; i < plan.count; i++) {
        const struct bench_case *one = &plan.cases[i];
        bool takes = strcmp(one->name, "copies") == 0 &&
                     strcmp(bench_case_value(one, "workload"), "sum") == 0;

        assert_string_equal(one->unavailable,
                            takes ? "how much memory is free is not known"
                                  : "");
    }
    plan_free(&plan);
}

static void copies_need_memory(void **state)
{
    struct context context = context_in(*state, 2);

    context.machine.memory_available_mib = 600;
    struct plan plan = trial_plan(&experiment_speedup, &context);
    for (size_t i = 0; i < plan.count; i++) {
        const struct bench_case *one = &plan.cases[i];
        bool big = strcmp(one->name, "copies") == 0 &&
                   strcmp(bench_case_value(one, "workload"), "sum") == 0 &&
                   strcmp(bench_case_value(one, "workers"), "4") == 0;

        assert_string_equal(
            one->unavailable,
            big ? "needs 256 MiB; a quarter of what is free is 150 MiB" : "");
    }
    plan_free(&plan);
}

/* ---- Conclusions ---- */

/* A case whose runs take so long in even rounds, and so long in odd ones. */
static void add_rounds(struct plan *plan, struct samples *samples,
                       const char *kind, int workers, double even_ms,
                       double odd_ms)
{
    size_t index = plan->count;
    struct bench_case *added = blocks_case(plan, kind, "process", "spread");

    bench_case_parameter(added, 0, "workload", "primes");
    bench_case_parameter(added, 1, "workers", "%d", workers);
    bench_case_parameter(added, 2, "size", "1000");
    for (unsigned round = 0; round < ROUNDS; round++) {
        double ms = round % 2 == 0 ? even_ms : odd_ms;
        char text[128];

        snprintf(text, sizeof(text),
                 "elapsed_ns,total_ns,result,error\n%.0f,%.0f,168,\n", ms * 1e6,
                 ms * 1e6 + 50000);
        blocks_add(samples, index, round, text);
    }
}

static struct context two_cpus(void)
{
    return (struct context){
        .machine = { .usable_cpus = 2, .affinity_cpus = 2, .cores_usable = 2 }
    };
}

static int conclude(const struct context *context, struct plan *plan,
                    struct samples *samples, struct report *report,
                    struct failure *failure)
{
    return trial_try(&experiment_speedup, context, plan, samples, report,
                     failure);
}

static const json_t *row(const struct report *report, const char *kind,
                         double workers)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object) {
        if (strcmp(report_text(object, "case"), kind) == 0 &&
            report_get(object, "workers") == workers)
            return object;
    }
    return NULL;
}

static bool near(double value, double expected)
{
    return fabs(value - expected) < 1e-9;
}

static void known_times_have_known_speedups(void **state)
{
    const struct context context = two_cpus();
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;
    struct failure failure;

    (void)state;
    /* The machine is twice as slow in odd rounds: pairs do not mind. */
    add_rounds(&plan, &samples, "serial", 1, 80, 160);
    add_rounds(&plan, &samples, "threads", 2, 50, 100);
    add_rounds(&plan, &samples, "processes", 2, 50, 100);
    add_rounds(&plan, &samples, "copies", 1, 80, 160);
    add_rounds(&plan, &samples, "copies", 2, 100, 200);
    assert_int_equal(conclude(&context, &plan, &samples, &report, &failure), 0);

    const json_t *threads = row(&report, "threads", 2);
    assert_true(near(report_get(threads, "speedup"), 1.6));
    assert_true(near(report_get(threads, "speedup_low"), 1.6));
    assert_true(near(report_get(threads, "efficiency"), 0.8));
    /* Two copies in 100 ms: 1.6 is all that there is. */
    assert_true(near(report_get(row(&report, "copies", 2), "speedup"), 1.6));
    assert_true(near(report_get(threads, "of_ceiling"), 1));
    assert_true(near(report_get(threads, "karp_flatt"), 0.25));
    assert_true(near(report_get(threads, "median_s"), 0.075));
    assert_true(near(report_get(threads, "total_s"), 0.07505));
    assert_true(near(report_get(threads, "serial_s"), 0.12));
    assert_true(report_get(threads, "n") == ROUNDS);
    assert_string_equal(report_text(threads, "verdict"),
                        "no difference detected");
    assert_true(near(report_get(row(&report, "serial", 1), "speedup"), 1));
    assert_true(isnan(report_get(row(&report, "copies", 2), "karp_flatt")));
    /* The control: one copy against serial, on its own level. */
    const json_t *control =
        report_find(report.comparisons, "case", "copies", NULL);
    assert_string_equal(report_text(control, "base"), "serial");
    assert_true(report_get(control, "ratio") == 1);
    assert_true(report_get(control, "ci_level") == 0.95);
    report_end(&report);
}

static void titles_follow_the_intervals(void **state)
{
    static const struct {
        int usable;
        double threads[2], processes[2]; /* ms in even, odd rounds */
        const char *title;
    } rows[] = {
        { 2,
          { 50, 50 },
          { 50, 50 },
          "primes on 2 CPUs: 2.00 times as fast, no difference between kinds "
          "detected" },
        { 2,
          { 50, 50 },
          { 80, 80 },
          "primes on 2 CPUs: processes 1.25 times, threads 2.00 times as "
          "fast" },
        { 2,
          { 50, 50 },
          { 40, 80 },
          "primes on 2 CPUs: 1.88 to 2.00 times as fast, no difference "
          "between kinds detected" },
        { 2,
          { 90, 120 },
          { 90, 120 },
          "primes on 2 CPUs: no speedup detected" },
        /* One kind for certain. */
        { 2,
          { 50, 50 },
          { 50, 110 },
          "primes on 2 CPUs: processes 1.45 times, threads 2.00 times as "
          "fast" },
        { 2,
          { 50, 50 },
          { 110, 110 },
          "primes on 2 CPUs: processes 0.91 times, threads 2.00 times as "
          "fast" },
        { 1,
          { 100, 100 },
          { 100, 100 },
          "One usable CPU: what more workers bring" },
        { 4, { 50, 50 }, { 50, 50 }, "How far 4 CPUs bring the same work" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = two_cpus();
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;
        struct failure failure;

        context.machine.usable_cpus = rows[i].usable;
        add_rounds(&plan, &samples, "serial", 1, 100, 100);
        add_rounds(&plan, &samples, "threads", 2, rows[i].threads[0],
                   rows[i].threads[1]);
        add_rounds(&plan, &samples, "processes", 2, rows[i].processes[0],
                   rows[i].processes[1]);
        assert_int_equal(conclude(&context, &plan, &samples, &report, &failure),
                         0);
        assert_string_equal(
            report_text(json_object_get(report.charts, "speedup"), "title"),
            rows[i].title);
        report_end(&report);
    }
}

static const char *line_of(const struct report *report, size_t index)
{
    return json_string_value(json_array_get(report->lines, index));
}

/* Ranks with slots elsewhere have a count of their own, in its place. */
static void the_table_goes_up(void **state)
{
    static const char *const begins[] = { "speedup: primes", "  1 worker\t",
                                          "  2 workers\t", "  3 workers\t",
                                          "  4 workers (oversubscribed)\t" };
    const struct context context = two_cpus();
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;
    struct failure failure;

    (void)state;
    add_rounds(&plan, &samples, "serial", 1, 80, 80);
    for (int n = 1; n <= 4; n *= 2) {
        add_rounds(&plan, &samples, "threads", n, 80.0 / n, 80.0 / n);
        add_rounds(&plan, &samples, "copies", n, 80, 80);
    }
    for (int n = 1; n <= 3; n++)
        add_rounds(&plan, &samples, "ranks", n, 80.0 / n, 80.0 / n);
    assert_int_equal(conclude(&context, &plan, &samples, &report, &failure), 0);
    for (size_t i = 0; i < ROWS(begins); i++)
        assert_ptr_equal(strstr(line_of(&report, i), begins[i]),
                         line_of(&report, i));
    assert_non_null(strstr(line_of(&report, 3), "\t-\t-\t3.00\t-"));
    report_end(&report);
}

/* One wrong result anywhere, and the run is worth nothing. */
static void results_must_agree(void **state)
{
    static const struct {
        const char *result;
        int rc;
    } rows[] = {
        { "168", 0 },          { "169", -EBADMSG }, { "0", -EBADMSG },
        { "168.0", -EBADMSG }, { "", 0 }, /* not measured: says so in `error` */
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct context context = two_cpus();
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;
        struct failure failure;
        char text[128];

        add_rounds(&plan, &samples, "serial", 1, 100, 100);
        add_rounds(&plan, &samples, "threads", 2, 50, 50);
        snprintf(text, sizeof(text),
                 "elapsed_ns,total_ns,result,error\n50,60,%s,\n",
                 rows[i].result);
        blocks_add(&samples, 1, ROUNDS, text);
        assert_int_equal(conclude(&context, &plan, &samples, &report, &failure),
                         rows[i].rc);
        if (rows[i].rc < 0) {
            assert_non_null(strstr(failure.text, "the run is void"));
            assert_non_null(strstr(failure.text, "threads on 2 workers"));
            assert_non_null(strstr(failure.text, "168"));
            assert_int_equal(json_array_size(report.summaries), 0);
        }
        report_end(&report);
    }
}

static void a_refused_start_is_recorded(void **state)
{
    const struct context context = two_cpus();
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;
    struct failure failure;

    (void)state;
    add_rounds(&plan, &samples, "serial", 1, 100, 100);
    bench_case_parameter(blocks_case(&plan, "processes", "process", "spread"),
                         0, "workload", "primes");
    bench_case_parameter(&plan.cases[1], 1, "workers", "2");
    bench_case_parameter(&plan.cases[1], 2, "size", "1000");
    blocks_add(&samples, 1, 0, "elapsed_ns,total_ns,result,error\n,,,EAGAIN\n");
    assert_int_equal(conclude(&context, &plan, &samples, &report, &failure), 0);
    const json_t *processes = row(&report, "processes", 2);
    assert_true(report_get(processes, "failed") == 1);
    assert_true(report_get(processes, "n") == 0);
    assert_true(isnan(report_get(processes, "speedup")));
    assert_string_equal(report_text(processes, "unavailable"), "EAGAIN");
    report_end(&report);
}

static void zones_are_named(void **state)
{
    static const struct {
        int affinity, smt, cores;
        double quota;
        const char *zone; /* of four workers */
    } rows[] = {
        { 4, 0, 4, 0, "" },
        { 4, 1, 2, 0, "smt" },
        { 4, 1, 2, 2.5, "over-quota" },
        { 4, 0, 4, NAN, "" },
        { 3, 1, 2, 2.5, "oversubscribed" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct context context = {
            .machine = { .usable_cpus = 2,
                         .affinity_cpus = rows[i].affinity,
                         .smt_active = rows[i].smt,
                         .cores_usable = rows[i].cores,
                         .quota_cpus = rows[i].quota },
        };
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;
        struct failure failure;

        add_rounds(&plan, &samples, "serial", 1, 100, 100);
        add_rounds(&plan, &samples, "threads", 4, 50, 50);
        assert_int_equal(conclude(&context, &plan, &samples, &report, &failure),
                         0);
        assert_string_equal(report_text(row(&report, "threads", 4), "zone"),
                            rows[i].zone);
        assert_string_equal(report_text(row(&report, "serial", 1), "zone"), "");
        report_end(&report);
    }
}

/* Four counts for Amdahl's law, made from it: sigma comes back. */
static void models_need_enough_counts(void **state)
{
    (void)state;
    for (int counts = 3; counts <= 6; counts++) {
        struct context context = two_cpus();
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;
        struct failure failure;

        context.machine.usable_cpus = 6;
        add_rounds(&plan, &samples, "serial", 1, 1000, 1000);
        for (int n = 1; n <= counts; n++)
            add_rounds(&plan, &samples, "threads", n, 100 + 900.0 / n,
                       100 + 900.0 / n);
        assert_int_equal(conclude(&context, &plan, &samples, &report, &failure),
                         0);
        const json_t *amdahl =
            report_find(report.fits, "model", "amdahl", NULL);
        assert_true((amdahl != NULL) == (counts >= 4));
        assert_true((report_find(report.fits, "model", "usl", NULL) != NULL) ==
                    (counts >= 6));
        if (amdahl != NULL)
            assert_true(fabs(report_get(amdahl, "value") - 0.1) < 1e-6);
        report_end(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_quick_profile_is_not_oversubscribed,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(more_counts_want_more_rounds,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(worker_counts_are_thinned,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(only_some_kinds_may_be_asked_for,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(unknown_memory_is_said, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(copies_need_memory, scratch_begin,
                                        scratch_end),
        cmocka_unit_test(known_times_have_known_speedups),
        cmocka_unit_test(titles_follow_the_intervals),
        cmocka_unit_test(the_table_goes_up),
        cmocka_unit_test(results_must_agree),
        cmocka_unit_test(a_refused_start_is_recorded),
        cmocka_unit_test(zones_are_named),
        cmocka_unit_test(models_need_enough_counts),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("speedup", tests, NULL, NULL);
}
