/* ladder, without a probe: how each rung is called with and without the tools
 * of others, what hyperfine's runs are worth, and which rung is below which. */
#define _GNU_SOURCE /* setenv, strdup */
#include "../driver/experiments/ladder.h"

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
enum { ROUNDS = 12, RUNGS = 15 };

static const struct profile quick = { "quick", PROFILE_QUICK, 4, 1 };
static const struct profile thorough = { "thorough", PROFILE_THOROUGH, 20, 5 };

/* ---- Plan ---- */

static void make_plan(const struct profile *profile, const char *cases,
                      const char *programs, struct plan *plan)
{
    struct context context = trial_context(programs, profile);

    context.options.cases = cases;
    context.machine.first_cpu = 3;
    context.machine.other_cpu = -1;
    *plan = trial_plan(&experiment_ladder, &context);
}

static const struct bench_case *find_case(const struct plan *plan,
                                          const char *name)
{
    const struct bench_case *found = trial_case(plan, name, NULL, NULL);

    if (found == NULL)
        fail_msg("%s was not planned", name);
    return found;
}

/* The command as one line, with | between its words. */
static const char *command_of(const struct bench_case *bench_case)
{
    static char line[4096];
    size_t used = 0;

    line[0] = '\0';
    for (size_t i = 0; bench_case->argv[i] != NULL; i++)
        used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%s",
                                 i > 0 ? "|" : "", bench_case->argv[i]);
    return line;
}

/* A folder that is all of PATH, and our programs, too. */
static void fake_tools(const char *folder, const char *tools)
{
    static const char *const programs[] = { "probe", "empty-static",
                                            "empty-dynamic", "ladder.py" };

    assert_int_equal(setenv("PATH", folder, 1), 0);
    for (size_t i = 0; i < ROWS(programs); i++)
        scratch_script(folder, programs[i], "exit 0");
    if (strstr(tools, "hyperfine") != NULL)
        scratch_script(folder, "hyperfine", "echo hyperfine 1.0");
    if (strstr(tools, "taskset") != NULL)
        scratch_script(folder, "taskset", "[ \"$*\" = \"-c 3 true\" ]");
    if (strstr(tools, "python") != NULL)
        scratch_script(folder, "python3",
                       "echo '/my snakes/python3'; echo 3.99.1+");
}

static void every_rung_has_its_command(void **state)
{
    static const struct {
        const char *name, *command;
    } rows[] = {
        { "call", "%s/probe|ladder|rung=call|batch=10000|samples=20|warmup=3|"
                  "budget_ms=4|cpu=3" },
        { "pool-hand-over", "%s/probe|ladder|rung=pool|batch=20|samples=20|"
                            "warmup=3|budget_ms=4|cpu=3" },
        { "thread", "%s/probe|creation|mechanism=pthread|samples=20|warmup=3|"
                    "budget_ms=4|cpu=3" },
        { "dynamic-program", "%s/probe|creation|mechanism=fork-exec-dynamic|"
                             "samples=20|warmup=3|budget_ms=4|cpu=3" },
        { "shell", "taskset|-c|3|hyperfine|-N|--style=none|--warmup=0|"
                   "--runs=2|--ignore-failure|--command-name=samples=1|"
                   "--export-json=/dev/stdout|sh -c :" },
        { "python", "taskset|-c|3|hyperfine|-N|--style=none|--warmup=0|"
                    "--runs=1|--ignore-failure|--command-name=samples=1|"
                    "--export-json=/dev/stdout|/my\\ snakes/python3 -c pass" },
        { "python-process",
          "/my snakes/python3|-I|-S|%s/ladder.py|kind=process|"
          "samples=20|warmup=2|budget_ms=4|cpu=3" },
        { "program-hyperfine",
          "taskset|-c|3|hyperfine|-N|--style=none|--warmup=0|--runs=2|"
          "--ignore-failure|--command-name=samples=1|"
          "--export-json=/dev/stdout|%s/empty-static" },
    };
    struct plan plan;

    fake_tools(*state, "hyperfine taskset python");
    make_plan(&quick, NULL, *state, &plan);
    assert_int_equal(plan.count, RUNGS);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct bench_case *one = find_case(&plan, rows[i].name);
        const char *at = strstr(rows[i].command, "%s");
        char expected[4096];

        snprintf(expected, sizeof(expected), "%.*s%s%s",
                 (int)(at != NULL ? at - rows[i].command
                                  : (long)strlen(rows[i].command)),
                 rows[i].command, at != NULL ? (const char *)*state : "",
                 at != NULL ? at + 2 : "");
        assert_string_equal(command_of(one), expected);
    }
    for (size_t i = 0; i < plan.count; i++) {
        double scale;

        bool hurried = strcmp(plan.cases[i].name, "rank") == 0;

        assert_string_equal(plan.cases[i].unavailable,
                            hurried ? "not in the quick profile; ask for it "
                                      "with --cases or --hostfile"
                                    : "");
        assert_string_equal(plan.cases[i].placement, "same-cpu");
        assert_null(strpbrk(plan.cases[i].label, ",\"\\"));
        assert_null(strpbrk(plan.cases[i].note, ",\"\\"));
        assert_true(ladder_column(&plan.cases[i], &scale)[0] != '\0');
        assert_true(scale > 0);
    }
    assert_string_equal(find_case(&plan, "python")->note,
                        "3.99.1; whole runs by hyperfine");
    plan_free(&plan);
}

static void what_is_not_there_is_said(void **state)
{
    static const struct {
        const char *tools, *name, *unavailable, *placement;
    } rows[] = {
        { "", "shell", "hyperfine is not installed (scripts/lab setup does it)",
          "free" },
        { "hyperfine", "shell", "", "free" },
        { "hyperfine", "python", "python3 is not installed", "free" },
        { "hyperfine", "python-thread", "python3 is not installed",
          "same-cpu" },
        { "python", "python-thread", "", "same-cpu" },
        { "python", "python",
          "hyperfine is not installed (scripts/lab setup does it)", "free" },
        { "taskset", "thread", "", "same-cpu" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        void *folder = NULL;
        struct plan plan;

        assert_int_equal(scratch_begin(&folder), 0);
        fake_tools(folder, rows[i].tools);
        make_plan(&thorough, NULL, folder, &plan);
        assert_int_equal(plan.count, RUNGS);
        const struct bench_case *one = find_case(&plan, rows[i].name);
        assert_string_equal(one->unavailable, rows[i].unavailable);
        assert_string_equal(one->placement, rows[i].placement);
        assert_int_equal(strstr(one->note, "; not pinned") != NULL,
                         strcmp(rows[i].placement, "free") == 0);
        plan_free(&plan);

        make_plan(&quick, NULL, "/nowhere", &plan);
        assert_string_equal(find_case(&plan, "program")->unavailable,
                            "empty-static was not built on this machine");
        plan_free(&plan);
        assert_int_equal(scratch_end(&folder), 0);
    }
    assert_int_equal(setenv("PATH", *state, 1), 0);
}

static void filters_keep_the_rung_below(void **state)
{
    static const struct {
        const char *cases, *planned;
    } rows[] = {
        { "process", "thread vfork process thread-again " },
        { "call", "call thread thread-again " },
        { "python-thread", "thread python-thread thread-again " },
        { "program-hyperfine", "thread thread-again program-hyperfine " },
    };

    fake_tools(*state, "hyperfine taskset python");
    for (size_t i = 0; i < ROWS(rows); i++) {
        char planned[512] = "";
        struct plan plan;

        make_plan(&quick, rows[i].cases, *state, &plan);
        for (size_t c = 0; c < plan.count; c++) {
            strcat(planned, plan.cases[c].name);
            strcat(planned, " ");
        }
        assert_string_equal(planned, rows[i].planned);
        plan_free(&plan);
    }
}

static void names_are_known(void **state)
{
    const struct context context = { .programs = "" };
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];
    struct failure failure = { "" };

    (void)state;
    assert_int_equal(
        experiment_ladder.check(&context, cases, placements, &failure), 0);
    assert_string_equal(cases,
                        "call,pool-hand-over,thread,vfork,process,program,"
                        "dynamic-program,shell,python,rank,python-thread,"
                        "python-process,thread-again,program-hyperfine,"
                        "dynamic-program-hyperfine");
    assert_string_equal(placements, "same-cpu");
}

/* ---- hyperfine's rows ---- */

static void a_run_that_failed_is_no_run(void **state)
{
    static const struct {
        const char *name, *codes;
        int rc;
    } rows[] = {
        { "shell", "[0, 0]", 0 },
        { "shell", "[0, 127]", -EPROTO },
        { "shell", "[null, 0]", 0 },
        { "shell", "[]", -EPROTO },
        { "shell", "3", -EPROTO },
        { "program-hyperfine", "[42, 42]", 0 },
        { "program-hyperfine", "[42, 0]", -EPROTO },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct bench_case bench_case = { .every = 1 };
        struct failure failure = { "" };
        struct rows parsed;
        char text[256];

        snprintf(bench_case.name, sizeof(bench_case.name), "%s", rows[i].name);
        snprintf(text, sizeof(text),
                 "{\"results\": [{\"command\": \"samples=1\", \"times\": "
                 "[0.004, 0.005], \"exit_codes\": %s}]}\n",
                 rows[i].codes);
        assert_int_equal(
            ladder_rows(&bench_case, strdup(text), &parsed, &failure),
            rows[i].rc);
        if (rows[i].rc < 0) {
            assert_true(failure.text[0] != '\0');
            continue;
        }
        assert_true(rows_number(&parsed.table[0], 1, "wall_s") == 0.005);
        rows_free(&parsed);
    }
}

/* ---- Conclusions ---- */

/* A rung that costs so many µs in even and in odd rounds; 0: not measured. */
static void add_rung(struct plan *plan, struct samples *samples,
                     const char *flight, const char *name, double even_us,
                     double odd_us)
{
    size_t index = plan->count;
    struct bench_case *added = blocks_case(plan, name, "thread", "same-cpu");
    double scale;

    bench_case_parameter(added, 0, "flight", "%s", flight);
    bench_case_parameter(added, 1, "batch", "1");
    const char *column = ladder_column(added, &scale);
    if (strcmp(column, "wall_s") == 0)
        added->read = ladder_rows;
    for (unsigned round = 0; round < ROUNDS && even_us > 0; round++) {
        double raw = (round % 2 == 0 ? even_us : odd_us) / scale;
        char text[256];

        snprintf(text, sizeof(text),
                 "warmup,creations,run,%s,error\n0,1,0,%.9f,\n", column, raw);
        blocks_add(samples, index, round, text);
    }
}

static void conclude(struct plan *plan, struct samples *samples,
                     struct report *report)
{
    trial_conclude(&experiment_ladder, NULL, plan, samples, report);
}

static const char *words_of(const struct report *report, const char *key)
{
    return report_text(json_object_get(report->charts, "ladder"), key);
}

static void each_stands_on_the_one_below(void **state)
{
    static const struct {
        const char *name, *base;
        double ratio, together;
        const char *verdict;
    } rows[] = {
        { "pool-hand-over", "call", 2500, 7, "costs more" },
        { "thread", "pool-hand-over", 2, 7, "costs more" },
        { "process", "thread", 8, 7, "costs more" },
        { "python", "process", 250, 7, "costs more" },
        { "python-thread", "thread", 5, 7, "costs more" },
        { "python-process", "python-thread", 20, 7, "costs more" },
        { "thread-again", "thread", 1, 1, "no difference detected" },
        { "python", "call", 1e7, 7, "costs more" },
    };
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rung(&plan, &samples, "system", "call", 0.002, 0.002);
    add_rung(&plan, &samples, "system", "pool-hand-over", 5, 5);
    add_rung(&plan, &samples, "system", "thread", 10, 10);
    add_rung(&plan, &samples, "system", "process", 80, 80);
    add_rung(&plan, &samples, "system", "shell", 0, 0);
    add_rung(&plan, &samples, "system", "python", 20000, 20000);
    add_rung(&plan, &samples, "python", "python-thread", 50, 50);
    add_rung(&plan, &samples, "python", "python-process", 1000, 1000);
    add_rung(&plan, &samples, "control", "thread-again", 10, 10);
    conclude(&plan, &samples, &report);

    /* The shell's, which could not be compared, is counted, too. */
    assert_int_equal(json_array_size(report.comparisons), ROWS(rows) + 1);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const json_t *one =
            report_find(report.comparisons, "case", rows[i].name, "base",
                        rows[i].base, NULL);

        assert_non_null(one);
        assert_true(fabs(report_get(one, "ratio") / rows[i].ratio - 1) < 1e-6);
        assert_true(report_get(one, "comparisons") ==
                    (rows[i].together > 1 ? 8 : 1));
        assert_string_equal(report_text(one, "verdict"), rows[i].verdict);
    }
    const json_t *shell = report_find(report.summaries, "case", "shell", NULL);
    assert_string_equal(report_text(shell, "base"), "process");
    assert_string_equal(report_text(shell, "verdict"), "not measured");
    assert_string_equal(report_text(shell, "unavailable"),
                        "no block was finished");
    const json_t *call = report_find(report.summaries, "case", "call", NULL);
    assert_true(fabs(report_get(call, "median_us") - 0.002) < 1e-9);
    assert_string_equal(report_text(call, "base"), "");
    assert_non_null(json_object_get(report.files, "hyperfine-python.json"));
    assert_string_equal(words_of(&report, "title"),
                        "One Python interpreter costs as much as 10.0 million "
                        "function calls");
    assert_non_null(strstr(words_of(&report, "caption"),
                           "at 95 % for all 8 together. A/A control (thread): "
                           "1.000 [1.000, 1.000]."));
    report_end(&report);
}

static void titles_claim_what_the_interval_supports(void **state)
{
    static const struct {
        const char *foot, *top;
        double foot_us, even_us, odd_us;
        const char *title;
    } rows[] = {
        { "thread", "process", 10, 85, 85,
          "One process costs as much as 8.5 threads" },
        { "vfork", "process", 10, 5, 40,
          "From a vfork to a process: no difference detected" },
        { "process", "dynamic-program", 10, 42105, 42105,
          "One dynamic program costs as much as 4,210 processes" },
        { "call", "python", 0.001, 150000, 150000,
          "One Python interpreter costs as much as 150 million function "
          "calls" },
        { "thread", "process", 10, 0, 0, "One thread costs 10.0 µs" },
        { "thread", "process", 0, 0, 0,
          "From a function call to an interpreter" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;

        add_rung(&plan, &samples, "system", rows[i].foot, rows[i].foot_us,
                 rows[i].foot_us);
        add_rung(&plan, &samples, "system", rows[i].top, rows[i].even_us,
                 rows[i].odd_us);
        conclude(&plan, &samples, &report);
        assert_string_equal(words_of(&report, "title"), rows[i].title);
        report_end(&report);
    }
}

static void a_control_that_differs_is_said(void **state)
{
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    add_rung(&plan, &samples, "system", "thread", 10, 10);
    add_rung(&plan, &samples, "control", "thread-again", 11, 11);
    conclude(&plan, &samples, &report);
    assert_int_equal(json_array_size(report.warnings), 1);
    assert_non_null(
        strstr(json_string_value(json_array_get(report.warnings, 0)),
               "ladder (thread) is unreliable: "));
    report_end(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_rung_has_its_command,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_said,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(filters_keep_the_rung_below,
                                        scratch_begin, scratch_end),
        cmocka_unit_test(names_are_known),
        cmocka_unit_test(a_run_that_failed_is_no_run),
        cmocka_unit_test(each_stands_on_the_one_below),
        cmocka_unit_test(titles_claim_what_the_interval_supports),
        cmocka_unit_test(a_control_that_differs_is_said),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("ladder", tests, NULL, NULL);
}
