/* exchange: the plan for several machines and profiles, known times to known
 * ratios and bandwidths, and no title that the intervals do not support. */
#include "../driver/experiments/exchange.h"

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
enum { ROUNDS = 12, SIZES = 4, QUANTITIES = 2, CASES = 7 };

static const struct profile quick = { "quick", PROFILE_QUICK, 4, 1 };
static const struct profile normal = { "default", PROFILE_DEFAULT, 20, 2 };

static struct context context_with(const struct profile *profile, int other)
{
    struct context context = trial_context("/bin", profile);

    context.machine.first_cpu = 2;
    context.machine.other_cpu = other;
    return context;
}

static const struct bench_case *find(const struct plan *plan, const char *name,
                                     const char *placement, const char *bytes,
                                     const char *quantity)
{
    return trial_case(plan, name, placement, "bytes", bytes, "quantity",
                      quantity, NULL);
}

/* ---- The plan ---- */

static void the_plan_has_all_sizes_everywhere(void **state)
{
    struct context context = context_with(&normal, 3);

    (void)state;
    snprintf(context.results, sizeof(context.results), "my run");
    struct plan plan = trial_plan(&experiment_exchange, &context);
    assert_int_equal(plan.count, 2 * QUANTITIES * SIZES * CASES);
    for (size_t i = 0; i < plan.count; i++) {
        assert_string_equal(plan.cases[i].unavailable, "");
        assert_null(strpbrk(plan.cases[i].label, ",\""));
        assert_null(strpbrk(plan.cases[i].note, ",\""));
    }

    const struct bench_case *pipe =
        find(&plan, "pipe", "other-cpu", "65536", "bandwidth");
    static const char *const words[] = {
        "/bin/probe",  "exchange",    "channel=pipe", "bytes=65536",
        "mode=stream", "messages=16", "samples=40",   "warmup=1",
        "budget_ms=5", "cpu=2",       "peer_cpu=3",   "folder=my run"
    };
    for (size_t i = 0; i < ROWS(words); i++)
        assert_string_equal(pipe->argv[i], words[i]);
    const struct bench_case *again =
        find(&plan, "variable-again", "same-cpu", "8", "latency");
    assert_true(trial_has_word(again, "channel=variable"));
    assert_true(trial_has_word(again, "mode=latency"));
    assert_true(trial_has_word(again, "peer_cpu=-1"));
    assert_string_equal(again->family, "control");
    plan_free(&plan);
}

static void a_placement_is_there_or_says_why(void **state)
{
    static const struct {
        const struct profile *profile;
        int other_cpu;
        const char *asked, *other, *same;
    } rows[] = {
        { &normal, 3, NULL, "", "" },
        { &normal, -1, NULL, "only one core is usable", "" },
        { &quick, -1, NULL, "only one core is usable", "" },
        { &quick, 3, NULL, "",
          "not in the quick profile; ask for it with --placement" },
        { &quick, 3, "same-cpu", NULL, "" },
        { &quick, 3, "same-cpu,other-cpu", "", "" },
        { &normal, 3, "other-cpu", "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context =
            context_with(rows[i].profile, rows[i].other_cpu);

        context.options.placement = rows[i].asked;
        struct plan plan = trial_plan(&experiment_exchange, &context);
        const struct bench_case *other =
            find(&plan, "file", "other-cpu", "65536", "latency");
        const struct bench_case *same =
            find(&plan, "file", "same-cpu", "65536", "latency");
        assert_int_equal(other == NULL, rows[i].other == NULL);
        assert_int_equal(same == NULL, rows[i].same == NULL);
        if (other != NULL)
            assert_string_equal(other->unavailable, rows[i].other);
        if (same != NULL)
            assert_string_equal(same->unavailable, rows[i].same);
        plan_free(&plan);
    }
}

static void the_quick_profile_leaves_a_size_out(void **state)
{
    struct context context = context_with(&quick, 3);

    (void)state;
    context.options.placement = "same-cpu";
    struct plan plan = trial_plan(&experiment_exchange, &context);
    assert_string_equal(
        find(&plan, "pipe", "same-cpu", "4096", "latency")->unavailable,
        "not in the quick profile");
    assert_false(
        bench_case_wanted(find(&plan, "pipe", "same-cpu", "4096", "latency")));
    assert_true(bench_case_wanted(
        find(&plan, "pipe", "same-cpu", "1048576", "latency")));
    plan_free(&plan);
}

static void baseline_and_control_are_always_there(void **state)
{
    struct context context = context_with(&quick, 3);
    char cases[EXPERIMENT_NAMES], placements[EXPERIMENT_NAMES];
    struct failure failure = { "" };

    (void)state;
    context.options.cases = "pipe";
    context.options.placement = "same-cpu";
    struct plan plan = trial_plan(&experiment_exchange, &context);
    assert_int_equal(plan.count, QUANTITIES * SIZES * 3);
    assert_non_null(find(&plan, "variable", "same-cpu", "8", "latency"));
    assert_non_null(find(&plan, "variable-again", "same-cpu", "8", "latency"));
    /* Without a run's folder, the current one. */
    assert_true(trial_has_word(find(&plan, "pipe", "same-cpu", "8", "latency"),
                               "folder=."));
    plan_free(&plan);

    assert_int_equal(
        experiment_exchange.check(&context, cases, placements, &failure), 0);
    assert_string_equal(cases,
                        "variable,variable-again,shared,pipe,socket,file,"
                        "rank");
    assert_string_equal(placements, "other-cpu,same-cpu");
}

/* ---- Conclusions ---- */

/* How many times a variable's time each channel takes; negative: as often
 * faster as slower, so that nothing can be told. */
struct times {
    const char *name;
    double small, large; /* 8 B; more */
};

static double factor_of(const struct times *times, size_t count,
                        const struct bench_case *bench_case, unsigned round)
{
    for (size_t i = 0; i < count; i++) {
        bool small = strcmp(bench_case_value(bench_case, "bytes"), "8") == 0;
        double factor = small ? times[i].small : times[i].large;

        if (strcmp(times[i].name, bench_case->name) != 0)
            continue;
        if (factor < 0)
            return round % 2 == 0 ? -factor : -1 / factor;
        return factor;
    }
    return 1;
}

/* A variable takes 10 µs for 8 bytes and 100 for more, in every round. */
static void measure(const struct plan *plan, struct samples *samples,
                    const struct times *times, size_t count)
{
    for (size_t i = 0; i < plan->count; i++)
        for (unsigned round = 0;
             round < ROUNDS && plan->cases[i].unavailable[0] == '\0'; round++) {
            const struct bench_case *one = &plan->cases[i];
            bool small = strcmp(bench_case_value(one, "bytes"), "8") == 0;
            double ns =
                (small ? 10000 : 100000) * factor_of(times, count, one, round);
            bool file = strcmp(one->name, "file") == 0;
            char text[400];

            snprintf(text, sizeof(text),
                     "warmup,handover_ns,error\n1,1,\n0,%.3f,\n0,%.3f,\n"
                     "0,%.3f,\n\nsamples,faults,voluntary_switches,"
                     "involuntary_switches,filesystem,storage\n"
                     "3,0.5,1.25,0.75,%s\n",
                     ns * 0.9, ns, ns * 1.1, file ? "ext4,disk" : ",");
            blocks_add(samples, i, round, text);
        }
}

static void conclude(struct context *context, struct plan *plan,
                     struct samples *samples, struct report *report)
{
    trial_conclude(&experiment_exchange, context, plan, samples, report);
}

static const json_t *summary(const struct report *report, const char *name,
                             const char *placement, const char *quantity,
                             unsigned long bytes)
{
    const struct exchange_placement at = { .name = placement };
    const struct exchange_view view = { report, &at, quantity };
    const struct exchange_size size = { .bytes = bytes };
    const json_t *object = exchange_row(&view, name, &size);

    assert_non_null(object);
    return object;
}

static bool is_near(double value, double wanted)
{
    return fabs(value - wanted) < 1e-9 * fabs(wanted);
}

static void known_times_become_known_numbers(void **state)
{
    static const struct times times[] = { { "pipe", 2, 3 }, { "file", 4, 5 } };
    struct context context = context_with(&normal, 3);
    struct plan plan = trial_plan(&experiment_exchange, &context);
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    measure(&plan, &samples, times, ROWS(times));
    conclude(&context, &plan, &samples, &report);
    assert_int_equal(json_array_size(report.summaries),
                     2 * QUANTITIES * SIZES * CASES);
    assert_int_equal(json_array_size(report.comparisons),
                     2 * QUANTITIES * SIZES * (CASES - 1));
    assert_int_equal(json_array_size(report.warnings), 0);

    const json_t *pipe =
        summary(&report, "pipe", "same-cpu", "bandwidth", 1048576);
    assert_true(is_near(report_get(pipe, "median_us"), 300));
    assert_true(is_near(report_get(pipe, "bandwidth_mb_s"), 1048576 / 300.0));
    assert_true(
        is_near(report_get(pipe, "bandwidth_low_mb_s"), 1048576 / 300.0));
    assert_true(is_near(report_get(pipe, "ratio"), 3));
    assert_true(report_get(pipe, "switches") == 2);
    assert_true(report_get(pipe, "faults") == 0.5);
    assert_true(report_get(pipe, "n") == 3 * ROUNDS);
    assert_string_equal(report_text(pipe, "verdict"), "slower");
    assert_string_equal(report_text(pipe, "note"),
                        "processes: filled; written; read");

    const json_t *file = summary(&report, "file", "other-cpu", "latency", 8);
    assert_true(is_near(report_get(file, "median_us"), 40));
    assert_true(isnan(report_get(file, "bandwidth_mb_s")));
    assert_true(is_near(report_get(file, "ratio"), 4));
    assert_string_equal(report_text(file, "filesystem"), "ext4");
    assert_string_equal(report_text(file, "storage"), "disk");
    assert_string_equal(
        report_text(file, "note"),
        "processes: filled; written; announced; read; on ext4 (disk)");

    const json_t *variable =
        summary(&report, "variable", "other-cpu", "latency", 8);
    assert_true(isnan(report_get(variable, "ratio")));
    assert_string_equal(report_text(variable, "verdict"), "");
    report_end(&report);
}

/* A low rate belongs to a long time. */
static void an_interval_of_times_is_turned_end_by_end(void **state)
{
    static const struct times times[] = { { "pipe", -2, -2 } };
    struct context context = context_with(&normal, 3);
    struct plan plan = trial_plan(&experiment_exchange, &context);
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    measure(&plan, &samples, times, ROWS(times));
    conclude(&context, &plan, &samples, &report);
    const json_t *pipe =
        summary(&report, "pipe", "other-cpu", "bandwidth", 4096);
    assert_true(is_near(report_get(pipe, "ci_low_us"), 50));
    assert_true(is_near(report_get(pipe, "ci_high_us"), 200));
    assert_true(is_near(report_get(pipe, "bandwidth_low_mb_s"), 4096 / 200.0));
    assert_true(is_near(report_get(pipe, "bandwidth_high_mb_s"), 4096 / 50.0));
    assert_string_equal(report_text(pipe, "verdict"), "no difference detected");
    report_end(&report);
}

static void comparisons_have_their_names_and_levels(void **state)
{
    static const struct times times[] = { { "socket", 2, 0.5 } };
    struct context context = context_with(&normal, 3);
    struct plan plan = trial_plan(&experiment_exchange, &context);
    struct samples samples = { .blocks = NULL };
    struct report report;
    unsigned slower = 0, faster = 0, control = 0;
    size_t i;
    json_t *object;

    (void)state;
    measure(&plan, &samples, times, ROWS(times));
    conclude(&context, &plan, &samples, &report);
    json_array_foreach (report.comparisons, i, object) {
        bool again = strcmp(report_text(object, "case"), "variable-again") == 0;
        const char *quantity = report_text(object, "quantity");

        assert_string_equal(report_text(object, "experiment"), "exchange");
        assert_string_equal(report_text(object, "base"), "variable");
        assert_true(strcmp(quantity, "latency") == 0 ||
                    strcmp(quantity, "bandwidth") == 0);
        assert_true(report_get(object, "bytes") >= 8);
        assert_true(report_get(object, "comparisons") == (again ? 1 : 20));
        assert_true(is_near(report_get(object, "ci_level"),
                            again ? 0.95 : 1 - 0.05 / 20));
        slower += strcmp(report_text(object, "verdict"), "slower") == 0;
        faster += strcmp(report_text(object, "verdict"), "faster") == 0;
        control += again;
    }
    assert_int_equal(slower, 2 * QUANTITIES);
    assert_int_equal(faster, 2 * QUANTITIES * 3);
    assert_int_equal(control, 2 * QUANTITIES * SIZES);
    report_end(&report);
}

/* ---- Words ---- */

static void titles_say_what_intervals_support(void **state)
{
    static const struct {
        struct times times[4];
        const char *latency, *bandwidth;
    } rows[] = {
        { { { "pipe", 3, 4 },
            { "socket", 5, 2 },
            { "file", 33.3, 2.5 },
            { "shared", 1, -2 } },
          "1 MiB by pipe, socket or file, against a variable: 2.0 to 4.0 times "
          "as long; by a shared mapping: no difference detected",
          "Streams of 8 B by pipe, socket or file, against a variable: 3.0 to "
          "33 times as long; of 1 MiB: 2.0 to 4.0 times as long" },
        { { { "pipe", -2, 4 },
            { "socket", -2, -2 },
            { "file", -3, 1.5 },
            { "shared", 1, 1.25 } },
          "1 MiB by pipe, socket or file, against a variable: up to 4.0 times "
          "as long; by a shared mapping: 1.25 times as long",
          "Streams of 8 B by pipe, socket or file, against a variable: no "
          "difference detected; of 1 MiB: up to 4.0 times as long" },
        { { { "pipe", 1.1, 0.5 },
            { "socket", 1.1, 0.8 },
            { "file", 1.1, -2 },
            { "shared", 1, 0.9 } },
          "1 MiB by pipe, socket or file, against a variable: down to 0.50 "
          "times as long; by a shared mapping: 0.90 times as long",
          "Streams of 8 B by pipe, socket or file, against a variable: 1.10 "
          "times as long; of 1 MiB: down to 0.50 times as long" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = context_with(&normal, 3);
        struct plan plan = trial_plan(&experiment_exchange, &context);
        struct samples samples = { .blocks = NULL };
        struct report report;

        measure(&plan, &samples, rows[i].times, ROWS(rows[i].times));
        conclude(&context, &plan, &samples, &report);
        assert_string_equal(trial_title(&report, "exchange"), rows[i].latency);
        assert_string_equal(trial_title(&report, "exchange-bandwidth"),
                            rows[i].bandwidth);
        report_end(&report);
    }
}

static void titles_name_what_was_measured(void **state)
{
    static const struct {
        const char *cases, *latency, *bandwidth;
    } rows[] = {
        { "pipe", "1 MiB by pipe, against a variable: 2.0 times as long",
          "Streams of 8 B by pipe, against a variable: 3.0 times as long; of "
          "1 MiB: 2.0 times as long" },
        { "pipe,file,shared",
          "1 MiB by pipe or file, against a variable: 2.0 to 4.0 times as "
          "long; by a shared mapping: 1.50 times as long",
          "Streams of 8 B by pipe or file, against a variable: 3.0 to 5.0 "
          "times as long; of 1 MiB: 2.0 to 4.0 times as long" },
        { "shared",
          "1 MiB by a shared mapping, against a variable: 1.50 times as long",
          "Streams of 1 MiB by a shared mapping, against a variable: 1.50 "
          "times as long" },
        { "variable", "A variable hands 8 B to another thread in 10.0 µs",
          "A variable hands 8 B to another thread in 10.0 µs" },
    };
    static const struct times times[] = { { "pipe", 3, 2 },
                                          { "file", 5, 4 },
                                          { "shared", 1, 1.5 } };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = context_with(&quick, -1);
        struct samples samples = { .blocks = NULL };
        struct report report;

        context.options.cases = rows[i].cases;
        struct plan plan = trial_plan(&experiment_exchange, &context);
        measure(&plan, &samples, times, ROWS(times));
        conclude(&context, &plan, &samples, &report);
        assert_string_equal(trial_title(&report, "exchange"), rows[i].latency);
        assert_string_equal(trial_title(&report, "exchange-bandwidth"),
                            rows[i].bandwidth);
        report_end(&report);
    }
}

static unsigned columns_of(const char *text)
{
    unsigned columns = 0;

    for (; *text != '\0'; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

static void the_table_is_of_the_headline_placement(void **state)
{
    static const struct times times[] = { { "pipe", 2, 12 } };
    struct context context = context_with(&normal, 3);
    struct plan plan = trial_plan(&experiment_exchange, &context);
    struct samples samples = { .blocks = NULL };
    struct report report;
    size_t i;
    json_t *line;

    (void)state;
    measure(&plan, &samples, times, ROWS(times));
    conclude(&context, &plan, &samples, &report);
    assert_int_equal(json_array_size(report.lines), 2 * (1 + CASES));
    assert_string_equal(json_string_value(json_array_get(report.lines, 0)),
                        "exchange latency, 2 CPUs\t8 B     \t4 KiB     \t"
                        "64 KiB     \t1 MiB     ");
    assert_string_equal(json_string_value(json_array_get(report.lines, 4)),
                        "  pipe\t20.0 µs 2.0×\t1.20 ms  12×\t1.20 ms  12×\t"
                        "1.20 ms  12×");
    assert_string_equal(json_string_value(json_array_get(report.lines, 12)),
                        "  pipe\t0.4 2.0×\t3.4  12×\t55  12×\t874  12×");
    json_array_foreach (report.lines, i, line)
        assert_true(columns_of(json_string_value(line)) <= 80);
    report_end(&report);
}

/* ---- What goes wrong ---- */

static void other_bytes_void_the_run(void **state)
{
    static const char *const errors[] = { "EBADMSG", "EPROTO" };

    (void)state;
    for (size_t i = 0; i < ROWS(errors); i++) {
        struct context context = context_with(&normal, 3);
        struct plan plan = trial_plan(&experiment_exchange, &context);
        struct samples samples = { .blocks = NULL };
        struct failure failure = { "" };
        struct report report;
        char text[128];

        snprintf(text, sizeof(text),
                 "warmup,handover_ns,error\n0,100.0,\n0,,%s\n", errors[i]);
        blocks_add(&samples, 3, 0, text);
        assert_int_equal(trial_try(&experiment_exchange, &context, &plan,
                                   &samples, &report, &failure),
                         -EBADMSG);
        snprintf(text, sizeof(text),
                 "the run is void: pipe handed over 8 bytes at other-cpu, and "
                 "other ones arrived (%s)",
                 errors[i]);
        assert_non_null(strstr(failure.text, text));
        report_end(&report);
    }
}

static void a_refusal_is_a_reason(void **state)
{
    struct context context = context_with(&normal, -1);
    struct plan plan = trial_plan(&experiment_exchange, &context);
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    for (size_t i = 0; i < plan.count; i++)
        if (strcmp(plan.cases[i].name, "file") == 0)
            blocks_add(&samples, i, 0, "warmup,handover_ns,error\n0,,ENOSPC\n");
    conclude(&context, &plan, &samples, &report);
    const json_t *file = summary(&report, "file", "same-cpu", "latency", 8);
    assert_string_equal(report_text(file, "unavailable"),
                        "refused by the system: ENOSPC");
    assert_true(report_get(file, "failed") == 1);
    assert_true(report_get(file, "n") == 0);
    assert_string_equal(
        report_text(summary(&report, "file", "other-cpu", "latency", 8),
                    "unavailable"),
        "only one core is usable");
    assert_string_equal(
        report_text(summary(&report, "pipe", "same-cpu", "bandwidth", 4096),
                    "unavailable"),
        "no block was finished");
    report_end(&report);
}

/* Interrupted at once: nothing is claimed, nothing is NaN. */
static void nothing_measured_says_nothing(void **state)
{
    struct context context = context_with(&normal, 3);
    struct plan plan = trial_plan(&experiment_exchange, &context);
    struct samples samples = { .blocks = NULL };
    struct report report;
    size_t i;
    json_t *object;

    (void)state;
    conclude(&context, &plan, &samples, &report);
    assert_string_equal(trial_title(&report, "exchange"),
                        "What it takes to hand over a message");
    assert_string_equal(trial_title(&report, "exchange-bandwidth"),
                        "What it takes to hand over a message");
    json_array_foreach (report.comparisons, i, object)
        assert_string_equal(report_text(object, "verdict"), "not measured");
    report_end(&report);
}

static void a_control_that_differs_is_told(void **state)
{
    static const struct times times[] = { { "variable-again", 1.1, 1.01 } };
    struct context context = context_with(&normal, -1);
    struct plan plan = trial_plan(&experiment_exchange, &context);
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    measure(&plan, &samples, times, ROWS(times));
    conclude(&context, &plan, &samples, &report);
    /* Of 8 bytes, at one placement; a per cent is let pass. */
    assert_int_equal(json_array_size(report.warnings), QUANTITIES);
    assert_non_null(
        strstr(json_string_value(json_array_get(report.warnings, 0)),
               "exchange (latency of 8 bytes at same-cpu) is unreliable"));
    report_end(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_has_all_sizes_everywhere),
        cmocka_unit_test(a_placement_is_there_or_says_why),
        cmocka_unit_test(the_quick_profile_leaves_a_size_out),
        cmocka_unit_test(baseline_and_control_are_always_there),
        cmocka_unit_test(known_times_become_known_numbers),
        cmocka_unit_test(an_interval_of_times_is_turned_end_by_end),
        cmocka_unit_test(comparisons_have_their_names_and_levels),
        cmocka_unit_test(titles_say_what_intervals_support),
        cmocka_unit_test(titles_name_what_was_measured),
        cmocka_unit_test(the_table_is_of_the_headline_placement),
        cmocka_unit_test(other_bytes_void_the_run),
        cmocka_unit_test(a_refusal_is_a_reason),
        cmocka_unit_test(nothing_measured_says_nothing),
        cmocka_unit_test(a_control_that_differs_is_told),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
