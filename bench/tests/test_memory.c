/* memory: the plan for several machines; lines through known points, and where
 * they end; and that no title claims what the intervals do not support. */
#include "../driver/experiments/memory.h"

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

static const struct profile profiles[PROFILES] = {
    { "quick", PROFILE_QUICK, 4, 1 },
    { "default", PROFILE_DEFAULT, 20, 2 },
    { "thorough", PROFILE_THOROUGH, 20, 5 },
};

static struct context context_of(enum profile_level level, long available_mib,
                                 long huge_page_kib, const char *thp)
{
    struct context context = trial_context("/nowhere", &profiles[level]);

    context.machine.first_cpu = 2;
    context.machine.memory_available_mib = available_mib;
    context.machine.huge_page_kib = huge_page_kib;
    snprintf(context.machine.thp, sizeof(context.machine.thp), "%s", thp);
    return context;
}

/* ---- The plan ---- */

static const struct bench_case *find(const struct plan *plan, const char *name,
                                     const char *mib, const char *pages)
{
    return trial_case(plan, name, NULL, "touched_mib", mib, "pages", pages,
                      NULL);
}

static void the_plan_has_all_sizes_in_both_pages(void **state)
{
    struct context context =
        context_of(PROFILE_DEFAULT, 24000, 2048, "madvise");

    (void)state;
    struct plan plan = trial_plan(&experiment_memory, &context);
    /* 5 mechanisms: nothing touched once, 6 sizes twice; 2 controls; 2 who
     * write, in both pages. */
    assert_int_equal(plan.count, 5 * (1 + 6 * 2) + 2 + 4);
    assert_null(find(&plan, "fork", "0", "huge"));

    const struct bench_case *fork = find(&plan, "fork", "1024", "4k");
    assert_true(trial_has_word(fork, "mechanism=fork"));
    assert_true(trial_has_word(fork, "touched_mib=1024"));
    assert_true(trial_has_word(fork, "pages=4k"));
    assert_true(trial_has_word(fork, "cpu=2"));
    assert_int_equal(fork->every, 1);
    assert_string_equal(fork->unavailable, "");
    assert_int_equal(find(&plan, "pthread", "1024", "4k")->every, 1);
    assert_string_equal(
        find(&plan, "vfork", "1024", "4k")->unavailable,
        "from so large a parent not all kinds; --profile thorough measures "
        "them");
    assert_string_equal(find(&plan, "vfork", "256", "4k")->unavailable,
                        find(&plan, "vfork", "1024", "4k")->unavailable);
    assert_string_equal(find(&plan, "vfork", "64", "4k")->unavailable, "");
    assert_true(trial_has_word(find(&plan, "pthread-again", "0", "4k"),
                               "mechanism=pthread"));
    assert_true(trial_has_word(find(&plan, "fork-again", "16", "4k"),
                               "mechanism=fork"));

    const struct bench_case *write = find(&plan, "fork-write", "64", "huge");
    assert_string_equal(bench_case_value(write, "written"), "32");
    assert_true(trial_has_word(write, "kind=process"));
    assert_true(trial_has_word(write, "stride_kib=2048"));
    for (size_t i = 0; i < plan.count; i++) {
        assert_string_equal(plan.cases[i].placement, "same-cpu");
        assert_null(strpbrk(plan.cases[i].note, ",\"\\"));
    }
    plan_free(&plan);
}

static void profiles_differ(void **state)
{
    struct context context = context_of(PROFILE_QUICK, 24000, 2048, "always");

    (void)state;
    struct plan plan = trial_plan(&experiment_memory, &context);
    assert_int_equal(plan.count, 5 * (1 + 2 * 2) + 2 + 4);
    assert_null(find(&plan, "fork", "64", "4k"));
    assert_non_null(find(&plan, "fork-write", "16", "4k"));
    plan_free(&plan);

    context = context_of(PROFILE_THOROUGH, 24000, 2048, "always");
    plan = trial_plan(&experiment_memory, &context);
    assert_string_equal(find(&plan, "vfork", "1024", "4k")->unavailable, "");
    plan_free(&plan);
}

static void what_cannot_be_had_has_a_reason(void **state)
{
    static const struct {
        long available_mib, huge_page_kib;
        const char *thp, *name, *mib, *pages, *why;
    } rows[] = {
        { 4000, 2048, "madvise", "fork", "1024", "4k",
          "needs 1024 MiB; a quarter of what is free is 1000 MiB" },
        { 4000, 2048, "madvise", "fork", "256", "4k", "" },
        { 100, 2048, "madvise", "fork-write", "64", "4k",
          "needs 64 MiB; a quarter of what is free is 25 MiB" },
        { 24000, 2048, "madvise", "fork", "1", "huge",
          "smaller than one huge page: 2048 KiB" },
        { 24000, 524288, "madvise", "pthread", "256", "huge",
          "smaller than one huge page: 524288 KiB" },
        { 24000, 524288, "madvise", "pthread", "1024", "huge", "" },
        { 24000, 2048, "never", "fork", "64", "huge",
          "transparent huge pages are switched off" },
        { 24000, 2048, "never", "fork", "64", "4k", "" },
        { 24000, FACT_UNKNOWN, "", "fork-write", "64", "huge",
          "this kernel has no transparent huge pages" },
        { FACT_UNKNOWN, 2048, "always", "fork", "1", "4k",
          "how much memory is free is not known" },
        { FACT_UNKNOWN, 2048, "always", "pthread-again", "0", "4k", "" },
        { 24000, 2048, "always", "posix-spawn", "16", "4k",
          "empty-static was not built on this machine" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context =
            context_of(PROFILE_DEFAULT, rows[i].available_mib,
                       rows[i].huge_page_kib, rows[i].thp);

        struct plan plan = trial_plan(&experiment_memory, &context);
        assert_string_equal(
            find(&plan, rows[i].name, rows[i].mib, rows[i].pages)->unavailable,
            rows[i].why);
        plan_free(&plan);
    }
}

static void asked_cases_bring_their_baselines(void **state)
{
    static const struct {
        const char *cases;
        size_t count;
        bool fork, fork_again, writers;
    } rows[] = {
        { "pthread", 5 + 1, false, false, false },
        { "fork", 2 * 5 + 2, true, true, false },
        { "fork-again", 2 * 5 + 2, true, true, false },
        { "vfork,fork-write", 2 * 5 + 1 + 4, false, false, true },
        { "thread-write", 5 + 1 + 4, false, false, true },
    };
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];
    struct failure failure = { "" };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context =
            context_of(PROFILE_QUICK, 24000, 2048, "always");

        context.options.cases = rows[i].cases;
        struct plan plan = trial_plan(&experiment_memory, &context);
        assert_int_equal(plan.count, rows[i].count);
        assert_non_null(find(&plan, "pthread", "16", "huge"));
        assert_non_null(find(&plan, "pthread-again", "0", "4k"));
        assert_int_equal(find(&plan, "fork", "16", "4k") != NULL, rows[i].fork);
        assert_int_equal(find(&plan, "fork-again", "16", "4k") != NULL,
                         rows[i].fork_again);
        assert_int_equal(find(&plan, "thread-write", "16", "4k") != NULL,
                         rows[i].writers);
        plan_free(&plan);
        assert_int_equal(
            experiment_memory.check(&context, cases, placements, &failure), 0);
        assert_string_equal(cases,
                            "fork,fork-exec,vfork,posix-spawn,pthread,"
                            "pthread-again,fork-again,fork-write,thread-write");
        assert_string_equal(placements, "same-cpu");
    }
}

/* ---- Conclusions ---- */

/* A case and its blocks: us[round] each; NAN: no block in that round. */
static void add_rounds(struct plan *plan, struct samples *samples,
                       const char *name, const char *family, int mib,
                       const char *pages, const double *us, unsigned rounds)
{
    size_t index = plan->count;
    struct bench_case *added = blocks_case(plan, name, family, "same-cpu");
    char text[256];

    bench_case_parameter(added, 0, "touched_mib", "%d", mib);
    bench_case_parameter(added, 1, "pages", "%s", pages);
    for (unsigned round = 0; round < rounds; round++) {
        if (isnan(us[round]))
            continue;
        snprintf(text, sizeof(text),
                 "warmup,reaped_ns,error\n1,1,\n0,%.0f,\n0,%.0f,\n0,%.0f,\n\n"
                 "faults,huge_kib\n34,%d\n",
                 us[round] * 1000 - 8, us[round] * 1000, us[round] * 1000 + 8,
                 strcmp(pages, "huge") == 0 ? mib * 1024 : 0);
        blocks_add(samples, index, round, text);
    }
}

enum { ROUNDS = 8 };

/* base µs, and ns for each 4 KiB page up to `bend` MiB, `steep` beyond; rounds
 * differ by `noise`, which lines of single rounds do not feel. */
static void add_growth(struct plan *plan, struct samples *samples,
                       const char *name, const char *family, const char *pages,
                       double base_us, double ns, int bend, double steep,
                       double noise)
{
    static const int sizes[] = { 0, 1, 4, 16, 64, 256, 1024 };

    for (size_t s = 0; s < ROWS(sizes); s++) {
        int mib = sizes[s];
        double us[ROUNDS];
        int below = mib < bend ? mib : bend;

        if (strcmp(pages, "huge") == 0 && mib < 4)
            continue;
        for (unsigned round = 0; round < ROUNDS; round++)
            us[round] =
                (base_us + 256 * (ns * below + steep * (mib - below)) / 1000) *
                (1 + noise * (round % 4));
        add_rounds(plan, samples, name, family, mib, pages, us, ROUNDS);
    }
}

static void add_writes(struct plan *plan, struct samples *samples,
                       const char *name, const char *family, const char *pages,
                       int written, double ns, const char *error)
{
    size_t index = plan->count;
    struct bench_case *added = blocks_case(plan, name, family, "same-cpu");
    char text[256];

    bench_case_parameter(added, 0, "touched_mib", "64");
    bench_case_parameter(added, 1, "pages", "%s", pages);
    bench_case_parameter(added, 2, "written", "%d", written);
    for (unsigned round = 0; round < ROUNDS; round++) {
        snprintf(text, sizeof(text),
                 "warmup,elapsed_ns,error\n1,1,\n0,%.0f,%s\n\n"
                 "huge_kib,huge_kib_after\n%d,0\n",
                 ns * written, error, strcmp(pages, "huge") == 0 ? 65536 : 0);
        blocks_add(samples, index, round, text);
    }
}

static void conclude(struct plan *plan, struct samples *samples,
                     struct report *report)
{
    struct context context = context_of(PROFILE_DEFAULT, 24000, 2048, "always");

    trial_conclude(&experiment_memory, &context, plan, samples, report);
}

static bool near(double value, double expected)
{
    return fabs(value - expected) <= 1e-3 * fabs(expected) + 1e-6;
}

/* A line that goes on to the end; one that bends; and one that is level. */
static void lines_end_where_the_points_leave_them(void **state)
{
    static const struct {
        double ns, steep;
        int bend;
        double to_mib, ns_per_page, next;
        const char *beyond;
    } rows[] = {
        { 46, 46, 1024, 1024, 46, NAN,
          "nothing larger was measured often enough" },
        { 46, 90, 256, 256, 46, 1024, "costs more than the line says" },
        { 46, 10, 64, 64, 46, 256, "costs less than the line says" },
        { 0, 0, 1024, 1024, 0, NAN,
          "nothing larger was measured often enough" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_growth(&plan, &samples, "fork", "process", "4k", 80, rows[i].ns,
                   rows[i].bend, rows[i].steep, 0);
        conclude(&plan, &samples, &report);
        const json_t *fit = memory_line(&report, "fork", "4k");
        assert_true(report_get(fit, "from_mib") == 0);
        assert_true(report_get(fit, "to_mib") == rows[i].to_mib);
        assert_true(report_get(fit, "rounds") == ROUNDS);
        assert_true(near(report_get(fit, "ns_per_page"), rows[i].ns_per_page));
        assert_true(near(report_get(fit, "intercept_us"), 80));
        assert_true(isnan(rows[i].next)
                        ? isnan(report_get(fit, "beyond_mib"))
                        : report_get(fit, "beyond_mib") == rows[i].next);
        assert_string_equal(report_text(fit, "beyond"), rows[i].beyond);
        assert_string_equal(report_text(fit, "model"), "line");
        report_end(&report);
    }
}

static void slopes_are_between_neighbours(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_growth(&plan, &samples, "fork", "process", "4k", 80, 46, 256, 90, 0);
    add_growth(&plan, &samples, "fork", "process", "huge", 80, 1, 1024, 1, 0);
    conclude(&plan, &samples, &report);
    const json_t *rows = json_object_get(
        json_object_get(report.tables, "memory-slopes"), "rows");
    /* Huge pages begin with those who touched nothing, and skip 1 MiB. */
    assert_int_equal(json_array_size(rows), 6 + 5);
    assert_true(near(report_get(json_array_get(rows, 0), "ns_per_page"), 46));
    assert_true(near(report_get(json_array_get(rows, 5), "ns_per_page"), 90));
    const json_t *huge = json_array_get(rows, 6);
    assert_string_equal(report_text(huge, "pages"), "huge");
    assert_true(report_get(huge, "from_mib") == 0);
    assert_true(report_get(huge, "to_mib") == 4);
    assert_true(near(report_get(huge, "ns_per_page"), 1));
    report_end(&report);
}

/* Every round has its own line: what moves whole rounds widens the interval,
 * and stays within the steepest and the flattest. */
static void intervals_come_from_the_rounds(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_growth(&plan, &samples, "fork", "process", "4k", 80, 50, 1024, 50, 0.1);
    conclude(&plan, &samples, &report);
    const json_t *fit = memory_line(&report, "fork", "4k");
    assert_true(near(report_get(fit, "ns_per_page"), 57.5));
    assert_true(near(report_get(fit, "ns_per_page_low"), 50));
    assert_true(near(report_get(fit, "ns_per_page_high"), 65));
    assert_true(report_get(fit, "ci_level_reached") >= 0.95);
    report_end(&report);
}

static void titles_say_what_the_lines_say(void **state)
{
    static const struct {
        double fork_ns, steep, thread_ns, noise;
        const char *growth, *pages;
    } rows[] = {
        { 46, 46, 0, 0,
          "A fork takes 46 ns longer for each 4 KiB page of its parent; no "
          "growth of a thread detected",
          "A 4 KiB page costs a fork 46 ns; the child's first write to it "
          "560 ns" },
        { 46, 90, 0, 0,
          "A fork takes 46 ns longer for each 4 KiB page of its parent up to "
          "256 MiB; no growth of a thread detected",
          "A 4 KiB page costs a fork 46 ns up to 256 MiB, 90 ns from 256 MiB "
          "on; the child's first write to it 560 ns" },
        { 46, 46, 2, 0,
          "For each 4 KiB page of its parent a fork takes 46 ns longer, a "
          "thread 2.0 ns",
          "A 4 KiB page costs a fork 46 ns; the child's first write to it "
          "560 ns" },
        { 0, 0, 0, 0, "What a child costs, by the memory of its parent",
          "The first write to a 4 KiB page costs a forked child 560 ns" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_growth(&plan, &samples, "fork", "process", "4k", 80,
                   rows[i].fork_ns, 256, rows[i].steep, 0);
        add_growth(&plan, &samples, "pthread", "thread", "4k", 8,
                   rows[i].thread_ns, 1024, 0, 0);
        add_writes(&plan, &samples, "fork-write", "process", "4k", 4096, 560,
                   "");
        add_writes(&plan, &samples, "thread-write", "thread", "4k", 4096, 2,
                   "");
        conclude(&plan, &samples, &report);
        assert_string_equal(trial_title(&report, "memory"), rows[i].growth);
        assert_string_equal(trial_title(&report, "memory-pages"),
                            rows[i].pages);
        report_end(&report);
    }
}

static void comparisons_are_from_one_parent(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_growth(&plan, &samples, "fork", "process", "4k", 80, 50, 1024, 50, 0.1);
    add_growth(&plan, &samples, "fork", "process", "huge", 80, 0, 1024, 0, 0.1);
    add_growth(&plan, &samples, "pthread", "thread", "4k", 8, 0, 1024, 0, 0.1);
    add_growth(&plan, &samples, "pthread", "thread", "huge", 16, 0, 1024, 0,
               0.1);
    add_writes(&plan, &samples, "fork-write", "process", "4k", 100, 600, "");
    add_writes(&plan, &samples, "thread-write", "thread", "4k", 100, 2, "");
    conclude(&plan, &samples, &report);

    size_t i;
    json_t *object;
    unsigned fork = 0;
    json_array_foreach (report.comparisons, i, object) {
        const json_t *asked = json_object_get(object, "parameters");
        double mib = report_get(asked, "touched_mib");
        bool huge = strcmp(report_text(asked, "pages"), "huge") == 0;

        assert_string_equal(report_text(object, "verdict"), "costs more");
        if (strcmp(report_text(object, "case"), "fork-write") == 0) {
            assert_string_equal(report_text(object, "base"), "thread-write");
            assert_true(near(report_get(object, "ratio"), 300));
            continue;
        }
        fork++;
        assert_string_equal(report_text(object, "base"), "pthread");
        assert_string_equal(report_text(object, "placement"), "same-cpu");
        assert_true(near(report_get(object, "ratio"),
                         huge ? 5 : (80 + mib * 256 * 0.05) / 8));
    }
    assert_int_equal(fork, 7 + 5);

    const json_t *write = memory_writer(&report, "fork-write", "4k");
    assert_true(near(report_get(write, "ns_per_page"), 600));
    assert_true(near(report_get(write, "median_us"), 60));
    const json_t *row = memory_row(&report, "fork", 64, "huge");
    assert_true(report_get(row, "huge_kib") == 65536);
    assert_true(isnan(report_get(row, "ns_per_page")));
    report_end(&report);
}

/* Every second round is too few for a verdict at 95 %, and for a line. */
static void few_pairs_support_nothing(void **state)
{
    static const double all[] = { 20, 20, 20, 20, 20, 20, 20, 20 };
    static const double some[] = { 90, NAN, 90, NAN, 90, NAN, 90, NAN };
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    for (int mib = 1; mib <= 16; mib *= 4) {
        add_rounds(&plan, &samples, "pthread", "thread", mib, "4k", all,
                   ROUNDS);
        add_rounds(&plan, &samples, "vfork", "process", mib, "4k", some,
                   ROUNDS);
    }
    conclude(&plan, &samples, &report);
    assert_int_equal(json_array_size(report.comparisons), 0);
    const json_t *row = memory_row(&report, "vfork", 16, "4k");
    assert_string_equal(report_text(row, "verdict"), "fewer than 6 pairs");
    assert_true(near(report_get(row, "median_us"), 90));
    assert_true(isnan(report_get(row, "ratio")));
    const json_t *fit = memory_line(&report, "vfork", "4k");
    assert_true(isnan(report_get(fit, "ns_per_page")));
    assert_string_equal(report_text(fit, "beyond"),
                        "no three sizes lie on a line");
    assert_true(
        near(report_get(memory_line(&report, "pthread", "4k"), "to_mib"), 16));
    report_end(&report);
}

/* Times without any order lie on no line. */
static void what_is_no_line_is_not_called_one(void **state)
{
    static const double low[] = { 10, 10, 10, 10, 10, 10, 10, 10 };
    static const double high[] = { 99, 99, 99, 99, 99, 99, 99, 99 };
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rounds(&plan, &samples, "fork", "process", 0, "4k", low, ROUNDS);
    add_rounds(&plan, &samples, "fork", "process", 1, "4k", high, ROUNDS);
    add_rounds(&plan, &samples, "fork", "process", 4, "4k", low, ROUNDS);
    add_rounds(&plan, &samples, "fork", "process", 16, "4k", high, ROUNDS);
    conclude(&plan, &samples, &report);
    const json_t *fit = memory_line(&report, "fork", "4k");
    assert_true(json_is_null(json_object_get(fit, "ns_per_page")));
    assert_true(json_is_null(json_object_get(fit, "to_mib")));
    assert_string_equal(report_text(fit, "beyond"),
                        "no three sizes lie on a line");
    assert_string_equal(trial_title(&report, "memory"),
                        "Between 4 and 16 MiB a fork takes 29 ns longer for "
                        "each 4 KiB page of its parent");
    report_end(&report);
}

static void wrong_content_voids_the_run(void **state)
{
    struct context context = context_of(PROFILE_DEFAULT, 24000, 2048, "always");
    struct failure failure = { "" };
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_writes(&plan, &samples, "fork-write", "process", "4k", 100, 600,
               "wrong content");
    assert_int_equal(report_begin(&report), 0);
    assert_int_equal(experiment_memory.conclude(&context, &plan, &samples,
                                                &report, &failure),
                     -EBADMSG);
    assert_non_null(strstr(failure.text, "the run is void: fork-write left"));
    samples_free(&samples);
    plan_free(&plan);
    report_end(&report);
}

/* Skipped sizes and pages that did not come are rows; an unfinished run has
 * titles, too. */
static void what_was_not_measured_is_not_claimed(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;
    size_t i;
    json_t *row;

    (void)state;
    add_rounds(&plan, &samples, "fork", "process", 1024, "4k", NULL, 0);
    snprintf(plan.cases[0].unavailable, sizeof(plan.cases[0].unavailable),
             "needs 1024 MiB");
    add_rounds(&plan, &samples, "fork", "process", 64, "huge", NULL, 0);
    blocks_add(&samples, 1, 0, "warmup,reaped_ns,error\n0,,not obtained\n");
    conclude(&plan, &samples, &report);
    assert_string_equal(
        report_text(memory_row(&report, "fork", 1024, "4k"), "unavailable"),
        "needs 1024 MiB");
    assert_string_equal(
        report_text(memory_row(&report, "fork", 64, "huge"), "unavailable"),
        "pages of that size: not obtained");
    assert_string_equal(trial_title(&report, "memory"),
                        "What a child costs, by the memory of its parent");
    assert_string_equal(trial_title(&report, "memory-pages"),
                        "What one page of its parent costs a child");
    json_array_foreach (report.comparisons, i, row)
        assert_string_equal(report_text(row, "verdict"), "not measured");
    report_end(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_has_all_sizes_in_both_pages),
        cmocka_unit_test(profiles_differ),
        cmocka_unit_test(what_cannot_be_had_has_a_reason),
        cmocka_unit_test(asked_cases_bring_their_baselines),
        cmocka_unit_test(lines_end_where_the_points_leave_them),
        cmocka_unit_test(slopes_are_between_neighbours),
        cmocka_unit_test(intervals_come_from_the_rounds),
        cmocka_unit_test(titles_say_what_the_lines_say),
        cmocka_unit_test(comparisons_are_from_one_parent),
        cmocka_unit_test(few_pairs_support_nothing),
        cmocka_unit_test(what_is_no_line_is_not_called_one),
        cmocka_unit_test(wrong_content_voids_the_run),
        cmocka_unit_test(what_was_not_measured_is_not_claimed),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
