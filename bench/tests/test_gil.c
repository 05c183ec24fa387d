/* gil: which Pythons are found and measured, what is planned for them, counts
 * that must be right, and titles that claim no more than their intervals. */
#define _GNU_SOURCE /* setenv */
#include "../driver/experiments/gil.h"

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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { ROUNDS = 12 };

/* ---- The Pythons on PATH ---- */

/* A Python of that name and version that needs one number a microsecond. */
static void make_python(const char *folder, const char *file, const char *name,
                        int micro, int has_lock)
{
    char lines[400];

    snprintf(lines, sizeof(lines),
             "case $4 in\n"
             "who) echo name,micro,has_lock,executable; echo %s,%d,%d,;;\n"
             "calibrate) echo size; echo ${5#target_ms=}000;;\n"
             "esac",
             name, micro, has_lock);
    scratch_script(folder, file, lines);
}

static struct context context_in(const char *folder, int usable,
                                 const struct profile *profile)
{
    struct context context = trial_context(folder, profile);

    context.machine.usable_cpus = usable;
    context.machine.affinity_cpus = usable;
    scratch_script(folder, "probe",
                   "for word; do case $word in size=*) echo elapsed_ns;\n"
                   "    echo ${word#size=}000;; esac; done");
    setenv("PATH", folder, 1);
    return context;
}

static const struct profile quick = { .level = PROFILE_QUICK, .effort = 1 };
static const struct profile usual = { .level = PROFILE_DEFAULT, .effort = 2 };
static const struct profile thorough = { .level = PROFILE_THOROUGH,
                                         .effort = 5 };

/* "NAME" or "NAME!" (has no lock) or "NAME: reason", one after the other. */
static void found_as_text(const struct gil_pythons *pythons, char *text)
{
    text[0] = '\0';
    for (size_t i = 0; i < pythons->count; i++) {
        const struct gil_python *one = &pythons->all[i];

        sprintf(text + strlen(text), "%s%s%s%s; ", one->name,
                one->has_lock ? "" : "!",
                one->unavailable[0] != '\0' ? ": " : "", one->unavailable);
    }
}

static void assert_found(const struct context *context, unsigned most,
                         const char *expected)
{
    struct gil_pythons *pythons = calloc(1, sizeof(*pythons));
    struct failure failure = { "" };
    char text[4096];

    assert_non_null(pythons);
    assert_int_equal(gil_find_pythons(context, most, pythons, &failure), 0);
    found_as_text(pythons, text);
    assert_string_equal(text, expected);
    free(pythons);
}

static void every_python_is_found_once(void **state)
{
    const struct context context = context_in(*state, 2, &usual);

    make_python(*state, "python3.11", "cpython-3.11", 2, 1);
    make_python(*state, "python3.13t", "cpython-3.13t", 1, 0);
    make_python(*state, "pypy3", "pypy-3.10", 14, 1);
    make_python(*state, "pypy3.9", "pypy-3.1", 14, 1);
    /* Not one of them: other names, no program, a link to one that is there,
     * the same version once more. */
    make_python(*state, "python2", "cpython-2.7", 0, 1);
    make_python(*state, "python3-config", "cpython-3.11", 9, 1);
    make_python(*state, "python3.", "cpython-3.11", 9, 1);
    make_python(*state, "python3.11td", "cpython-3.11", 9, 1);
    make_python(*state, "pypy3.9t", "pypy-3.9", 9, 1);
    make_python(*state, "python3.11.2", "cpython-3.11", 9, 1);
    make_python(*state, "python3.12", "cpython-3.11", 2, 1);
    make_python(*state, "python3.10", "cpython-3.10", 2, 1);
    assert_int_equal(chmod(scratch_path(*state, "python3.10"), 0644), 0);
    assert_int_equal(symlink("python3.11", scratch_path(*state, "python3")), 0);
    assert_found(&context, 9,
                 "pypy-3.10; pypy-3.1; cpython-3.11; cpython-3.13t!; ");
}

static void one_name_two_versions(void **state)
{
    const struct context context = context_in(*state, 2, &usual);

    make_python(*state, "python3", "cpython-3.11", 2, 1);
    make_python(*state, "python3.11", "cpython-3.11", 7, 1);
    assert_found(&context, 9, "cpython-3.11; cpython-3.11.7; ");
}

static void one_that_does_not_run_has_a_reason(void **state)
{
    const struct context context = context_in(*state, 2, &usual);

    scratch_script(*state, "python3.7",
                   "echo 'not \"here\", nor there' >&2\n"
                   "exit 1");
    scratch_script(*state, "python3.8", "echo something else");
    scratch_script(*state, "python3.9", "echo name,micro; echo x,1");
    make_python(*state, "python3", "cpython-3.11", 2, 1);
    assert_found(&context, 9,
                 "cpython-3.11; python3.7: not ;here;; nor there; "
                 "python3.8: it says something else than a Python would; "
                 "python3.9: it says something else than a Python would; ");
}

static void some_are_left_out(void **state)
{
    const struct context context = context_in(*state, 2, &quick);

    make_python(*state, "python3.11", "cpython-3.11", 0, 1);
    make_python(*state, "python3.12", "cpython-3.12", 0, 1);
    make_python(*state, "python3.13", "cpython-3.13", 0, 1);
    make_python(*state, "python3.13t", "cpython-3.13t", 0, 0);
    make_python(*state, "python3.14t", "cpython-3.14t", 0, 0);
    assert_found(&context, 1,
                 "cpython-3.11; "
                 "cpython-3.12: left out; a longer profile measures more "
                 "Pythons; "
                 "cpython-3.13: left out; a longer profile measures more "
                 "Pythons; "
                 "cpython-3.13t!; "
                 "cpython-3.14t!: left out; a longer profile measures more "
                 "Pythons; ");
}

/* ---- The plan ---- */

/* Case and worker count of each row of that work, in the plan's order. */
static void planned(const struct plan *plan, const char *interpreter,
                    const char *work, char *text)
{
    text[0] = '\0';
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_case *one = &plan->cases[i];

        if (strcmp(bench_case_value(one, "interpreter"), interpreter) == 0 &&
            strcmp(bench_case_value(one, "work"), work) == 0)
            sprintf(text + strlen(text), "%s %s; ", one->name,
                    bench_case_value(one, "workers"));
    }
}

static void threads_and_processes_in_c_and_in_python(void **state)
{
    const struct context context = context_in(*state, 2, &usual);
    char text[1024], command[1024] = "";

    make_python(*state, "python3", "cpython-3.11", 2, 1);
    struct plan plan = trial_plan(&experiment_gil, &context);
    planned(&plan, "c", "cpu", text);
    assert_string_equal(text,
                        "c-serial 1; c-threads 1; c-threads 2; c-threads 4; "
                        "c-processes 1; c-processes 2; c-processes 4; "
                        "c-serial-again 1; ");
    planned(&plan, "c", "waiting", text);
    assert_string_equal(text,
                        "c-serial 1; c-threads 1; c-threads 2; c-threads 4; "
                        "c-processes 1; c-processes 2; c-processes 4; ");
    for (int waiting = 0; waiting <= 1; waiting++) {
        planned(&plan, "cpython-3.11", waiting ? "waiting" : "cpu", text);
        assert_string_equal(
            text, "python-serial 1; python-threads 1; python-threads 2; "
                  "python-threads 4; python-processes 1; python-processes 2; "
                  "python-processes 4; ");
    }

    const struct bench_case *last = &plan.cases[plan.count - 1];
    for (int i = 0; last->argv[i] != NULL; i++)
        sprintf(command + strlen(command), "%s ", last->argv[i]);
    const char *after = strstr(command, "/gil.py ");
    assert_memory_equal(command, *state, strlen(*state));
    assert_non_null(strstr(command, "/python3 -I -S "));
    assert_non_null(after);
    assert_memory_equal(after,
                        "/gil.py speedup workload=nap kind=processes "
                        "workers=4 size=",
                        59);
    assert_string_equal(bench_case_value(last, "has_lock"), "1");
    assert_string_equal(bench_case_value(&plan.cases[0], "has_lock"), "");
    plan_free(&plan);
}

static void six_worker_counts_are_enough(void **state)
{
    static const struct {
        const struct profile *profile;
        int usable;
        const char *counts;
        unsigned rounds; /* at least: each count is a comparison */
    } rows[] = {
        { &usual, 1, "1 2 ", 7 },
        { &usual, 2, "1 2 4 ", 7 },
        { &usual, 3, "1 2 3 6 ", 8 },
        { &usual, 16, "1 2 4 8 16 32 ", 8 },
        { &usual, 17, "1 4 16 17 34 ", 8 },
        { &thorough, 64, "1 4 16 64 128 ", 8 },
        { &thorough, 1024, "1 8 64 512 1024 2048 ", 8 },
        { &quick, 1, "1 2 ", 7 },
        { &quick, 4, "4 ", 6 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context =
            context_in(*state, rows[i].usable, rows[i].profile);
        char text[256] = "";

        context.options.cases = "c-threads";
        struct plan plan = trial_plan(&experiment_gil, &context);
        for (size_t c = 0; c < plan.count; c++) {
            const struct bench_case *one = &plan.cases[c];

            assert_string_equal(one->unavailable, "");
            if (strcmp(one->name, "c-threads") == 0 &&
                strcmp(bench_case_value(one, "work"), "waiting") == 0)
                sprintf(text + strlen(text), "%s ",
                        bench_case_value(one, "workers"));
        }
        assert_string_equal(text, rows[i].counts);
        assert_int_equal(plan.rounds_at_least, rows[i].rounds);
        plan_free(&plan);
    }
}

/* Baselines and the control stay, but nobody asks for Python in vain. */
static void only_some_cases_may_be_asked_for(void **state)
{
    static const struct {
        const char *cases, *c, *python;
    } rows[] = {
        { "c-threads",
          "c-serial 1; c-threads 2; "
          "c-serial-again 1; ",
          "" },
        { "python-threads", "c-serial 1; c-serial-again 1; ",
          "python-serial 1; python-threads 2; " },
        { "python-serial", "c-serial 1; c-serial-again 1; ",
          "python-serial 1; " },
    };

    make_python(*state, "python3", "cpython-3.11", 2, 1);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = context_in(*state, 2, &quick);
        char text[512];

        context.options.cases = rows[i].cases;
        struct plan plan = trial_plan(&experiment_gil, &context);
        planned(&plan, "c", "cpu", text);
        assert_string_equal(text, rows[i].c);
        planned(&plan, "cpython-3.11", "cpu", text);
        assert_string_equal(text, rows[i].python);
        plan_free(&plan);
    }
}

static void without_python_its_cases_are_there(void **state)
{
    const struct context context = context_in(*state, 2, &quick);
    unsigned python = 0;

    struct plan plan = trial_plan(&experiment_gil, &context);
    for (size_t i = 0; i < plan.count; i++) {
        const struct bench_case *one = &plan.cases[i];
        bool is_python = strncmp(one->name, "python-", 7) == 0;

        python += is_python;
        assert_string_equal(one->unavailable,
                            is_python ? "no python3 found" : "");
    }
    assert_int_equal(python, 2 * 3);
    plan_free(&plan);
}

static void a_python_that_cannot_count_is_one_row(void **state)
{
    const struct context context = context_in(*state, 2, &quick);
    char text[256];

    scratch_script(*state, "python3",
                   "[ $4 = who ] || exit 1\n"
                   "echo name,micro,has_lock,executable\n"
                   "echo cpython-3.11,2,1,");
    struct plan plan = trial_plan(&experiment_gil, &context);
    planned(&plan, "cpython-3.11", "cpu", text);
    assert_string_equal(text, "python-serial 1; ");
    assert_string_equal(plan.cases[plan.count - 1].unavailable,
                        "it could not count primes");
    plan_free(&plan);
}

/* ---- Conclusions ---- */

static void primes_are_known(void **state)
{
    static const struct {
        unsigned long size, primes;
    } rows[] = { { 3, 1 },        { 4, 2 },          { 10, 4 },
                 { 11, 4 },       { 12, 5 },         { 100, 25 },
                 { 121, 30 },     { 1000, 168 },     { 8000, 1007 },
                 { 10000, 1229 }, { 1000000, 78498 } };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(gil_primes_below(rows[i].size), rows[i].primes);
}

struct bed {
    struct context context;
    struct plan plan;
    struct samples samples;
    struct report report;
    struct failure failure;
};

static void bed_make(struct bed *bed, int usable)
{
    *bed = (struct bed){
        .context = { .machine = { .usable_cpus = usable,
                                  .affinity_cpus = usable,
                                  .cores_usable = usable } },
    };
}

/* A case whose runs take so long in even rounds, and so long in odd ones. */
static void add_rounds(struct bed *bed, const char *name,
                       const char *interpreter, const char *has_lock,
                       const char *work, int workers, double even_ms,
                       double odd_ms)
{
    size_t index = bed->plan.count;
    const char *family = strstr(name, "threads") != NULL     ? "thread"
                         : strstr(name, "processes") != NULL ? "process"
                                                             : "control";
    struct bench_case *added = blocks_case(&bed->plan, name, family, "spread");

    bench_case_parameter(added, 0, "interpreter", "%s", interpreter);
    bench_case_parameter(added, 1, "work", "%s", work);
    bench_case_parameter(added, 2, "workers", "%d", workers);
    bench_case_parameter(added, 3, "size", "1000");
    bench_case_parameter(added, 4, "has_lock", "%s", has_lock);
    for (unsigned round = 0; round < ROUNDS; round++) {
        double ms = round % 2 == 0 ? even_ms : odd_ms;
        char text[128];

        snprintf(text, sizeof(text),
                 "elapsed_ns,total_ns,result,error\n%.0f,%.0f,%s,\n", ms * 1e6,
                 ms * 1e6 + 50000, strcmp(work, "cpu") == 0 ? "168" : "1000");
        blocks_add(&bed->samples, index, round, text);
    }
}

/* serial, threads and processes on two workers, in C or in a Python. */
static void add_trio(struct bed *bed, const char *interpreter,
                     const char *has_lock, const char *work, double serial_ms,
                     double threads_ms, double processes_ms)
{
    const char *language = has_lock[0] == '\0' ? "c" : "python";
    char name[32];

    snprintf(name, sizeof(name), "%s-serial", language);
    add_rounds(bed, name, interpreter, has_lock, work, 1, serial_ms,
               serial_ms * 2);
    snprintf(name, sizeof(name), "%s-threads", language);
    add_rounds(bed, name, interpreter, has_lock, work, 2, threads_ms,
               threads_ms * 2);
    snprintf(name, sizeof(name), "%s-processes", language);
    add_rounds(bed, name, interpreter, has_lock, work, 2, processes_ms,
               processes_ms * 2);
}

static int bed_conclude(struct bed *bed)
{
    return trial_try(&experiment_gil, &bed->context, &bed->plan, &bed->samples,
                     &bed->report, &bed->failure);
}

static const char *title_of(const struct bed *bed)
{
    return trial_title(&bed->report, "gil");
}

static bool near(double value, double expected)
{
    return fabs(value - expected) < 1e-9;
}

static void known_times_have_known_speedups(void **state)
{
    struct bed bed;

    (void)state;
    bed_make(&bed, 2);
    /* Twice as slow in odd rounds, all of them: pairs do not mind. */
    add_trio(&bed, "c", "", "cpu", 20, 10, 10);
    add_rounds(&bed, "c-serial-again", "c", "", "cpu", 1, 20, 40);
    add_trio(&bed, "cpython-3.11", "1", "cpu", 24, 25, 12.5);
    assert_int_equal(bed_conclude(&bed), 0);

    const json_t *threads =
        report_find(bed.report.summaries, "case", "python-threads", NULL);
    assert_true(near(report_get(threads, "speedup"), 0.96));
    assert_true(near(report_get(threads, "speedup_low"), 0.96));
    assert_true(near(report_get(threads, "speedup_high"), 0.96));
    assert_true(near(report_get(threads, "elapsed_s"), 0.0375));
    assert_true(near(report_get(threads, "median_us"), 37500));
    assert_true(near(report_get(threads, "total_s"), 0.03755));
    assert_true(near(report_get(threads, "serial_s"), 0.036));
    assert_true(near(report_get(threads, "ratio"), 2));
    assert_true(report_get(threads, "has_lock") == 1);
    assert_string_equal(report_text(threads, "verdict"), "slower");
    const json_t *processes =
        report_find(bed.report.summaries, "case", "python-processes", NULL);
    assert_true(near(report_get(processes, "speedup"), 1.92));
    assert_true(isnan(report_get(processes, "ratio")));
    assert_true(isnan(
        report_get(report_find(bed.report.summaries, "case", "c-threads", NULL),
                   "has_lock")));

    const json_t *found =
        report_find(bed.report.comparisons, "case", "python-threads", NULL);
    assert_string_equal(report_text(found, "base"), "python-processes");
    assert_string_equal(report_text(found, "interpreter"), "cpython-3.11");
    assert_string_equal(report_text(found, "work"), "cpu");
    assert_true(report_get(found, "workers") == 2);
    assert_true(near(report_get(found, "ratio"), 2));
    assert_true(report_get(found, "comparisons") == 1);
    found = report_find(bed.report.comparisons, "case", "c-threads", NULL);
    assert_string_equal(report_text(found, "base"), "c-processes");
    assert_string_equal(report_text(found, "verdict"),
                        "no difference detected");
    found = report_find(bed.report.comparisons, "case", "c-serial-again", NULL);
    assert_string_equal(report_text(found, "base"), "c-serial");
    assert_true(near(report_get(found, "ratio"), 1));
    assert_int_equal(json_array_size(bed.report.comparisons), 3);
    assert_int_equal(json_array_size(bed.report.warnings), 0);
    report_end(&bed.report);
}

/* As many comparisons as worker counts, and an interval that holds for all. */
static void the_level_is_for_all_counts_together(void **state)
{
    struct bed bed;

    (void)state;
    bed_make(&bed, 2);
    add_trio(&bed, "cpython-3.11", "1", "cpu", 20, 20, 10);
    add_rounds(&bed, "python-threads", "cpython-3.11", "1", "cpu", 4, 20, 20);
    add_rounds(&bed, "python-processes", "cpython-3.11", "1", "cpu", 4, 10, 10);
    add_trio(&bed, "cpython-3.11", "1", "waiting", 20, 10, 10);
    assert_int_equal(bed_conclude(&bed), 0);
    const json_t *found =
        report_find(bed.report.comparisons, "work", "cpu", NULL);
    assert_true(report_get(found, "comparisons") == 2);
    assert_true(near(report_get(found, "ci_level"), 0.975));
    found = report_find(bed.report.comparisons, "work", "waiting", NULL);
    assert_true(report_get(found, "comparisons") == 1);
    const json_t *four =
        report_find(bed.report.summaries, "case", "python-threads", "zone",
                    "oversubscribed", NULL);
    assert_true(report_get(four, "workers") == 4);
    report_end(&bed.report);
}

static void titles_follow_the_intervals(void **state)
{
    static const struct {
        int usable;
        double locked[2], free[2], waiting[2]; /* threads, processes; ms */
        const char *title;
    } rows[] = {
        { 2,
          { 25, 12.5 },
          { 0, 0 },
          { 10, 10 },
          "2 CPUs, cpython-3.11: computing, threads are 0.80 and processes "
          "1.60 times as fast as one; waiting, both overlap" },
        { 2,
          { 20, 12.5 },
          { 0, 0 },
          { 0, 0 },
          "2 CPUs, cpython-3.11: computing, no gain by threads detected, "
          "processes are 1.60 times as fast as one" },
        { 2,
          { 25, 12.5 },
          { 0, 0 },
          { 20, 10 },
          "2 CPUs, cpython-3.11: computing, threads are 0.80 and processes "
          "1.60 times as fast as one" },
        { 2,
          { 25, 25 },
          { 0, 0 },
          { 0, 0 },
          "2 CPUs, cpython-3.11: computing, no difference between threads and "
          "processes detected" },
        { 2,
          { 25, 12.5 },
          { 10, 10 },
          { 0, 0 },
          "2 CPUs, cpython-3.11: computing, threads are 0.80 and processes "
          "1.60 times as fast as one; cpython-3.13t without a GIL: computing, "
          "no difference between threads and processes detected" },
        { 2,
          { 0, 0 },
          { 10, 12.5 },
          { 0, 0 },
          "2 CPUs, cpython-3.13t without a GIL: computing, threads are 2.00 "
          "and processes 1.60 times as fast as one" },
        { 2,
          { 0, 0 },
          { 0, 0 },
          { 0, 0 },
          "No Python was measured: what threads and processes bring C" },
        { 4,
          { 25, 12.5 },
          { 0, 0 },
          { 0, 0 },
          "No Python was measured: what threads and processes bring C" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct bed bed;

        bed_make(&bed, rows[i].usable);
        add_trio(&bed, "c", "", "cpu", 20, 10, 10);
        if (rows[i].locked[0] > 0)
            add_trio(&bed, "cpython-3.11", "1", "cpu", 20, rows[i].locked[0],
                     rows[i].locked[1]);
        if (rows[i].free[0] > 0)
            add_trio(&bed, "cpython-3.13t", "0", "cpu", 20, rows[i].free[0],
                     rows[i].free[1]);
        if (rows[i].waiting[0] > 0)
            add_trio(&bed, "cpython-3.11", "1", "waiting", 20,
                     rows[i].waiting[0], rows[i].waiting[1]);
        assert_int_equal(bed_conclude(&bed), 0);
        assert_string_equal(title_of(&bed), rows[i].title);
        report_end(&bed.report);
    }
}

static void one_cpu_promises_nothing(void **state)
{
    struct bed bed;

    (void)state;
    bed_make(&bed, 1);
    add_rounds(&bed, "python-serial", "cpython-3.11", "1", "cpu", 1, 20, 20);
    add_rounds(&bed, "python-threads", "cpython-3.11", "1", "cpu", 1, 21, 21);
    assert_int_equal(bed_conclude(&bed), 0);
    assert_string_equal(
        title_of(&bed),
        "One usable CPU: what threads and processes bring cpython-3.11");
    report_end(&bed.report);
}

/* One wrong count or nap anywhere, in whatever language, voids the run. */
static void results_must_be_right(void **state)
{
    static const struct {
        const char *work, *result;
        int rc;
    } rows[] = {
        { "cpu", "168", 0 },
        { "cpu", "169", -EBADMSG },
        { "cpu", "168.0", -EBADMSG },
        { "cpu", "", 0 }, /* not measured: says so in `error` */
        { "waiting", "1000", 0 },
        { "waiting", "999", -EBADMSG },
        { "waiting", "168", -EBADMSG },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct bed bed;
        char text[128];

        bed_make(&bed, 2);
        add_trio(&bed, "cpython-3.11", "1", rows[i].work, 20, 20, 10);
        snprintf(text, sizeof(text),
                 "elapsed_ns,total_ns,result,error\n50,60,%s,\n",
                 rows[i].result);
        blocks_add(&bed.samples, 1, ROUNDS, text);
        assert_int_equal(bed_conclude(&bed), rows[i].rc);
        if (rows[i].rc < 0) {
            assert_non_null(strstr(bed.failure.text, "the run is void"));
            assert_non_null(strstr(bed.failure.text,
                                   "python-threads of cpython-3.11 on 2 "
                                   "workers"));
            assert_int_equal(json_array_size(bed.report.summaries), 0);
        }
        report_end(&bed.report);
    }
}

/* A refused start, a reason from the plan, and a run without any round. */
static void what_was_not_measured_says_why(void **state)
{
    struct bed bed;

    (void)state;
    bed_make(&bed, 2);
    add_rounds(&bed, "python-serial", "cpython-3.11", "1", "cpu", 1, 20, 20);
    struct bench_case *one =
        blocks_case(&bed.plan, "python-threads", "thread", "spread");
    bench_case_parameter(one, 0, "interpreter", "cpython-3.11");
    bench_case_parameter(one, 1, "work", "cpu");
    bench_case_parameter(one, 2, "workers", "2");
    bench_case_parameter(one, 3, "size", "1000");
    blocks_add(&bed.samples, 1, 0,
               "elapsed_ns,total_ns,result,error\n,,,EAGAIN\n");
    one = blocks_case(&bed.plan, "python-serial", "control", "spread");
    bench_case_parameter(one, 0, "interpreter", "python3.9");
    bench_case_parameter(one, 1, "work", "cpu");
    bench_case_parameter(one, 2, "workers", "1");
    bench_case_parameter(one, 3, "size", "0");
    strcpy(one->unavailable, "it went home");
    assert_int_equal(bed_conclude(&bed), 0);

    const json_t *threads =
        report_find(bed.report.summaries, "case", "python-threads", NULL);
    assert_true(report_get(threads, "failed") == 1);
    assert_true(isnan(report_get(threads, "speedup")));
    assert_non_null(strstr(report_text(threads, "unavailable"), "EAGAIN"));
    const json_t *none =
        report_find(bed.report.summaries, "interpreter", "python3.9", NULL);
    assert_string_equal(report_text(none, "unavailable"), "it went home");
    report_end(&bed.report);

    bed_make(&bed, 2);
    one = blocks_case(&bed.plan, "c-serial", "control", "spread");
    bench_case_parameter(one, 0, "interpreter", "c");
    bench_case_parameter(one, 1, "work", "cpu");
    bench_case_parameter(one, 2, "workers", "1");
    assert_int_equal(bed_conclude(&bed), 0);
    assert_int_equal(json_array_size(bed.report.summaries), 1);
    report_end(&bed.report);
}

static void lines_fit_a_terminal(void **state)
{
    struct bed bed;
    size_t i;
    json_t *line;

    (void)state;
    bed_make(&bed, 2);
    add_trio(&bed, "c", "", "cpu", 20, 10, 10);
    add_trio(&bed, "cpython-3.13t", "0", "cpu", 20, 10, 10);
    add_trio(&bed, "cpython-3.13t", "0", "waiting", 20, 10, 10);
    assert_int_equal(bed_conclude(&bed), 0);
    json_array_foreach (bed.report.lines, i, line) {
        assert_true(strlen(json_string_value(line)) < 70);
    }
    assert_string_equal(
        json_string_value(json_array_get(bed.report.lines, 0)),
        "gil: speedup\tthreads\tprocesses\tthreads wait\tprocesses wait");
    assert_string_equal(json_string_value(json_array_get(bed.report.lines, 3)),
                        "  cpython-3.13t (no GIL): serial\t30.0 ms\t\t30.0 "
                        "ms\t");
    assert_string_equal(json_string_value(json_array_get(bed.report.lines, 4)),
                        "    2 workers\t2.00\t2.00\t2.00\t2.00");
    assert_int_equal(json_array_size(bed.report.lines), 5);
    report_end(&bed.report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_python_is_found_once,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(one_name_two_versions, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(one_that_does_not_run_has_a_reason,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(some_are_left_out, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(
            threads_and_processes_in_c_and_in_python, scratch_begin,
            scratch_end),
        cmocka_unit_test_setup_teardown(six_worker_counts_are_enough,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(only_some_cases_may_be_asked_for,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(without_python_its_cases_are_there,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(a_python_that_cannot_count_is_one_row,
                                        scratch_begin, scratch_end),
        cmocka_unit_test(primes_are_known),
        cmocka_unit_test(known_times_have_known_speedups),
        cmocka_unit_test(the_level_is_for_all_counts_together),
        cmocka_unit_test(titles_follow_the_intervals),
        cmocka_unit_test(one_cpu_promises_nothing),
        cmocka_unit_test(results_must_be_right),
        cmocka_unit_test(what_was_not_measured_says_why),
        cmocka_unit_test(lines_fit_a_terminal),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("gil", tests, NULL, NULL);
}
