/* Ranks: hostfiles, launches that several cases share, what each case gets of
 * what a launch printed, and the model, with answers worked out by hand. */
#include "../driver/ranks.h"

#include "../driver/experiments/exchange.h"
#include "../driver/experiments/speedup_model.h"
#include "../driver/hostfile.h"
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

static const struct profile quick = { "quick", PROFILE_QUICK, 4, 1 };
static const struct profile normal = { "default", PROFILE_DEFAULT, 20, 1 };

/* ---- Hostfiles ---- */

static const char *write_hosts(const char *folder, const char *text)
{
    const char *path = scratch_path(folder, "hosts");
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void hosts_and_slots_are_read(void **state)
{
    static const struct {
        const char *text, *list;
        int hosts, slots;
    } rows[] = {
        { "alpha slots=2\n", "alpha:2", 1, 2 },
        { "alpha:2\nbeta:3", "alpha:2,beta:3", 2, 5 },
        { "# mine\n\n  a.b-c_1\tslots=4 max_slots=8 # big\r\n10.0.0.7:1\n",
          "a.b-c_1:4,10.0.0.7:1", 2, 5 },
        { "alpha:1\nbeta:1\nalpha slots=2\n", "alpha:3,beta:1", 2, 4 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        static struct hostfile read;
        struct failure failure = { "" };

        assert_int_equal(
            hostfile_read(write_hosts(*state, rows[i].text), &read, &failure),
            0);
        assert_int_equal(read.count, rows[i].hosts);
        assert_int_equal(read.slots, rows[i].slots);
        char *list = hostfile_list(&read, read.count, 0);
        assert_string_equal(list, rows[i].list);
        free(list);
        list = hostfile_list(&read, 1, 7);
        assert_int_equal(strcspn(list, ","), strlen(list));
        assert_non_null(strstr(list, ":7"));
        free(list);
    }
}

static void a_bad_line_is_named(void **state)
{
    static const struct {
        const char *text, *complaint;
    } rows[] = {
        { "", "names no host" },
        { "# nobody\n \n", "names no host" },
        { "alpha:1\nbeta\n", "line 2: say how many ranks" },
        { "alpha slots=0\n", "line 1: slots= wants" },
        { "alpha slots=-1\n", "line 1: slots= wants" },
        { "alpha slots=2x\n", "line 1: slots= wants" },
        { "alpha slots=99999999999999999999\n", "line 1: slots= wants" },
        { "alpha:\n", "line 1: after the colon" },
        { "alpha:two\n", "line 1: after the colon" },
        { "\n--help:1\n", "line 2: a host's name" },
        { "me@alpha:1\n", "line 1: a host's name" },
        { "alpha,beta:1\n", "line 1: a host's name" },
        { "alpha;reboot:1\n", "line 1: a host's name" },
        { "alpha slots=1 often\n", "line 1: give `NAME slots=NUMBER`" },
        { "alpha:16000\nbeta:16000\n", "line 2: too many" },
    };
    static struct hostfile read;
    struct failure failure = { "" };

    for (size_t i = 0; i < ROWS(rows); i++) {
        failure.text[0] = '\0';
        assert_int_equal(
            hostfile_read(write_hosts(*state, rows[i].text), &read, &failure),
            -EINVAL);
        assert_non_null(strstr(failure.text, rows[i].complaint));
    }
    failure.text[0] = '\0';
    assert_int_equal(
        hostfile_read(scratch_path(*state, "none"), &read, &failure), -ENOENT);
    failure.text[0] = '\0';
    assert_int_equal(hostfile_read("/dev/zero", &read, &failure), -EINVAL);
    assert_non_null(strstr(failure.text, "a plain file"));
}

static void a_hostfile_is_bounded(void **state)
{
    static struct hostfile read;
    struct failure failure = { "" };
    char *text = malloc(HOSTFILE_BYTES + 2);

    assert_non_null(text);
    memset(text, '#', HOSTFILE_BYTES + 1);
    text[HOSTFILE_BYTES + 1] = '\0';
    assert_int_equal(hostfile_read(write_hosts(*state, text), &read, &failure),
                     -EINVAL);
    assert_non_null(strstr(failure.text, "64 KiB"));
    free(text);
}

/* ---- Launches ---- */

/* A probe that needs 1 ms for each unit of size, and says so without delay. */
static const char probe_script[] =
    "case $1 in\n"
    "list) echo workload,memory_bytes; echo primes,0; echo sum,67108864;;\n"
    "speedup) echo elapsed_ns; for word; do case $word in\n"
    "    size=*) echo ${word#size=}000000;; esac; done;;\n"
    "esac";

static struct context context_in(const char *folder,
                                 const struct profile *profile)
{
    struct context context = trial_context(folder, profile);

    context.machine.usable_cpus = 2;
    context.machine.affinity_cpus = 2;
    context.machine.spread_cpu[1] = 1;
    context.machine.other_cpu = 1;
    context.machine.memory_available_mib = 1000000;
    context.ranks.most = 2;
    context.ranks.most_on_host = 4;
    scratch_script(folder, "probe", probe_script);
    return context;
}

/* The one case of that name that has a command; all others share it. */
static const struct bench_case *leader_of(const struct plan *plan,
                                          const char *name)
{
    const struct bench_case *leader = NULL;

    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_case *one = &plan->cases[i];

        if (strcmp(one->name, name) != 0)
            continue;
        assert_ptr_equal(one->read, ranks_rows);
        if (one->within == 0) {
            assert_null(leader);
            leader = one;
        } else {
            assert_null(one->argv[0]);
            assert_ptr_equal(&plan->cases[one->within - 1], leader);
        }
    }
    assert_non_null(leader);
    return leader;
}

static void speedup_has_one_launch(void **state)
{
    struct context context = context_in(*state, &normal);
    struct plan plan = trial_plan(&experiment_speedup, &context);
    const struct bench_case *leader = leader_of(&plan, "ranks");
    char turns[200];
    const char *primes = bench_case_value(
        trial_case(&plan, "serial", NULL, "workload", "primes", NULL), "size");
    const char *sum = bench_case_value(
        trial_case(&plan, "serial", NULL, "workload", "sum", NULL), "size");

    snprintf(turns, sizeof(turns),
             "turns=primes:%s:1,primes:%s:2,primes:%s:4,sum:%s:1,sum:%s:2,"
             "sum:%s:4",
             primes, primes, primes, sum, sum, sum);
    assert_true(trial_has_word(leader, "launch"));
    assert_true(trial_has_word(leader, "ranks=4"));
    assert_true(trial_has_word(leader, "speedup"));
    assert_true(trial_has_word(leader, turns));
    assert_true(trial_has_word(leader, "cpus=0,1"));
    assert_true(trial_has_word(leader, "reduce=2"));
    assert_true(leader->limit_s > RANKS_LIMIT_S);
    plan_free(&plan);
}

/* Ranks go on where one machine's workers end; each has a slot. */
static void hosts_have_more_counts(void **state)
{
    struct context context = context_in(*state, &quick);
    char hosts[] = "alpha:2,beta:3", counts[64] = "";

    context.options.hostfile = "hosts";
    context.ranks.on_hosts = true;
    context.ranks.most = 5;
    context.ranks.most_on_host = 3;
    context.ranks.hosts = hosts;
    context.ranks.facts =
        json_pack("[{s:i}, {s:i}]", "memory_mib", 4000, "memory_mib", 800);
    struct plan plan = trial_plan(&experiment_speedup, &context);
    for (size_t i = 0; i < plan.count; i++)
        if (strcmp(plan.cases[i].name, "ranks") == 0 &&
            strcmp(bench_case_value(&plan.cases[i], "workload"), "sum") == 0)
            sprintf(counts + strlen(counts), "%s ",
                    bench_case_value(&plan.cases[i], "workers"));
    assert_string_equal(counts, "1 2 3 4 5 ");
    const struct bench_case *leader = leader_of(&plan, "ranks");
    assert_true(trial_has_word(leader, "ranks=5"));
    assert_true(trial_has_word(leader, "hosts=alpha:2,beta:3"));
    assert_true(trial_has_word(leader, "cpus=own"));
    plan_free(&plan);
    json_decref(context.ranks.facts);
}

/* Not that of the machine that launches. */
static void the_smallest_hosts_memory_counts(void **state)
{
    struct context context = context_in(*state, &normal);
    char hosts[] = "alpha:2,beta:3";

    context.machine.memory_available_mib = 10;
    context.options.hostfile = "hosts";
    context.ranks.on_hosts = true;
    context.ranks.most = 5;
    context.ranks.most_on_host = 3;
    context.ranks.hosts = hosts;
    context.ranks.facts =
        json_pack("[{s:i}, {s:i}]", "memory_mib", 4000, "memory_mib", 600);
    struct plan plan = trial_plan(&experiment_speedup, &context);
    for (size_t i = 0; i < plan.count; i++) {
        const struct bench_case *one = &plan.cases[i];
        int workers = atoi(bench_case_value(one, "workers"));

        if (strcmp(one->name, "ranks") != 0)
            continue;
        assert_string_equal(
            one->unavailable,
            workers > 2 && strcmp(bench_case_value(one, "workload"), "sum") == 0
                ? "needs 192 MiB; a quarter of what is in a host is 150 MiB"
                : "");
    }
    plan_free(&plan);
    json_decref(context.ranks.facts);
}

static void exchange_has_a_launch_here_and_one_between_hosts(void **state)
{
    struct context context = context_in(*state, &normal);
    char two[] = "alpha:1,beta:1";

    context.ranks.two_hosts = two;
    context.options.placement = "same-cpu";
    struct plan plan = trial_plan(&experiment_exchange, &context);
    const struct bench_case *here = leader_of(&plan, "rank");
    assert_true(trial_has_word(here, "ranks=2"));
    assert_true(trial_has_word(
        here, "turns=8:latency:2048:same-cpu,4096:latency:128:same-cpu,"
              "65536:latency:16:same-cpu,1048576:latency:4:same-cpu,"
              "8:stream:2048:same-cpu,4096:stream:128:same-cpu,"
              "65536:stream:16:same-cpu,1048576:stream:4:same-cpu"));
    const struct bench_case *apart = leader_of(&plan, "rank-two-hosts");
    assert_true(trial_has_word(apart, "hosts=alpha:1,beta:1"));
    assert_string_equal(apart->placement, "other-host");
    plan_free(&plan);
}

static void what_keeps_ranks_away_is_said(void **state)
{
    static const struct {
        const struct profile *profile;
        const char *cases, *why_not, *unavailable;
    } rows[] = {
        { &normal, NULL, "", "" },
        { &quick, NULL, "",
          "not in the quick profile; ask for it with --cases or --hostfile" },
        { &quick, "ranks", "", "" },
        { &normal, NULL, "no MPI", "no MPI" },
        { &normal, NULL, "it said \"no, thanks\"", "it said ;no; thanks;" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct context context = context_in(*state, rows[i].profile);

        context.options.cases = rows[i].cases;
        snprintf(context.ranks.why_not, sizeof(context.ranks.why_not), "%s",
                 rows[i].why_not);
        struct plan plan = trial_plan(&experiment_speedup, &context);
        for (size_t c = 0; c < plan.count; c++) {
            bool by_ranks = strcmp(plan.cases[c].name, "ranks") == 0;

            assert_string_equal(plan.cases[c].unavailable,
                                by_ranks ? rows[i].unavailable : "");
            assert_false(plan.cases[c].broken);
        }
        plan_free(&plan);
    }
}

/* ---- What a launch has printed ---- */

static void each_case_gets_its_rows(void **state)
{
    static const char printed[] =
        "workload,workers,turn,result\nprimes,1,2,168\nsum,1,1,55\n"
        "primes,2,0,169\n\nworkload,workers,where\nprimes,1,a:0\n"
        "sum,1,b:0\nprimes,2,a:0 a:1\n";
    struct plan plan = { .cases = NULL };
    struct bench_case *one = blocks_case(&plan, "ranks", "rank", "spread");
    struct failure failure = { "" };
    struct rows rows;

    (void)state;
    bench_case_parameter(one, 0, "workload", "primes");
    bench_case_parameter(one, 1, "workers", "2");
    assert_int_equal(ranks_rows(one, strdup(printed), &rows, &failure), 0);
    assert_int_equal(rows.tables, 2);
    assert_int_equal(rows.table[0].rows, 1);
    assert_int_equal(rows.table[0].columns, 2);
    assert_string_equal(rows_cell(&rows.table[0], 0, "turn"), "0");
    assert_string_equal(rows_cell(&rows.table[0], 0, "result"), "169");
    assert_string_equal(rows_cell(&rows.table[1], 0, "where"), "a:0 a:1");
    rows_free(&rows);

    bench_case_parameter(one, 1, "workers", "3");
    assert_true(ranks_rows(one, strdup(printed), &rows, &failure) < 0);
    plan_free(&plan);
}

/* One command fills three cases a round; when it fails, all three say so. */
static void a_command_measures_several_cases(void **state)
{
    static const struct {
        const char *line;
        size_t blocks;
    } rows[] = {
        { "printf 'workers,x\\n1,5\\n2,6\\n3,7\\n'", 9 },
        { "printf 'workers,x\\n1,5\\n2,6\\n'", 6 },
        { "echo oh no >&2; exit 3", 0 },
    };
    static const volatile sig_atomic_t stop = 0;

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct plan plan = { .cases = NULL };
        struct samples samples;
        struct context context = { .options = { .profile = &normal } };
        const struct sampler sampler = { .rounds_at_least = 3,
                                         .block_limit_s = 30,
                                         .rng = gsl_rng_alloc(gsl_rng_mt19937),
                                         .stop = &stop };
        int rc;

        for (int n = 1; n <= 3; n++)
            bench_case_parameter(blocks_case(&plan, "ranks", "rank", "spread"),
                                 0, "workers", "%d", n);
        struct bench_case *leader =
            ranks_lead(&context, &plan, "ranks", NULL, "x", 3, NULL, &rc);
        assert_int_equal(rc, 0);
        for (size_t word = 0; leader->argv[word] != NULL; word++) {
            free(leader->argv[word]);
            leader->argv[word] = NULL;
        }
        assert_int_equal(bench_case_words(leader, "sh -c"), 0);
        assert_int_equal(bench_case_argument(leader, "%s", rows[i].line), 0);
        assert_int_equal(sampler_run(&sampler, &plan, &samples), 0);
        assert_int_equal(samples.count, rows[i].blocks);
        for (size_t b = 0; b < samples.count; b++) {
            const struct block *block = &samples.blocks[b];

            assert_true(rows_number(&block->rows.table[0], 0, "x") ==
                        5 + (double)block->case_index);
        }
        for (size_t c = 0; c < 3; c++)
            assert_int_equal(plan.cases[c].broken, rows[i].blocks / 3 <= c);
        if (rows[i].blocks == 0)
            assert_string_equal(plan.cases[2].unavailable, "oh no");
        gsl_rng_free(sampler.rng);
        samples_free(&samples);
        plan_free(&plan);
    }
}

/* ---- The model ---- */

static void the_model_adds_up(void **state)
{
    static const struct {
        unsigned ranks, levels;
        double seconds; /* of 8 s of work, 0.5 s a message, 2 s of launch */
    } rows[] = {
        { 1, 0, 10 },
        { 2, 1, 6.5 },
        { 3, 2, 2 + 8 / 3.0 + 1 },
        { 4, 2, 5 },
        { 5, 3, 5.1 },
        { 8, 3, 4.5 },
        { 1024, 10, 7.0078125 },
        { 16384, 14, 9 + 8 / 16384.0 },
    };
    const struct rank_costs costs = { .work_s = 8,
                                      .message_s = 0.5,
                                      .launch_s = 2 };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(rank_model_levels(rows[i].ranks), rows[i].levels);
        assert_true(fabs(rank_model_s(&costs, rows[i].ranks) -
                         rows[i].seconds) < 1e-12);
    }
}

/* From blocks to fits: 1 s of work; a reduction of 4 ranks in 2 ms, two levels;
 * a launch of 3 s. */
static void known_costs_make_a_known_model(void **state)
{
    enum { ROUNDS = 12 };
    static const struct {
        const char *model;
        int ranks;
        double speedup;
    } rows[] = {
        { "count", 64, 1 / (1 / 64.0 + 0.006) },
        { "count", 1024, 1 / (1 / 1024.0 + 0.010) },
        { "launched", 1024, 1 / (3 + 1 / 1024.0 + 0.010) },
        { "hour", 16384, 3600 / (3 + 3600 / 16384.0 + 0.014) },
    };
    struct context context = { .machine = { .usable_cpus = 4,
                                            .affinity_cpus = 4 } };
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct report report;

    (void)state;
    for (int workers = 0; workers <= 1; workers++) {
        struct bench_case *one = blocks_case(
            &plan, workers == 0 ? "serial" : "ranks", "rank", "spread");

        bench_case_parameter(one, 0, "workload", "primes");
        bench_case_parameter(one, 1, "workers", "1");
        bench_case_parameter(one, 2, "size", "1000");
        for (unsigned round = 0; round < ROUNDS; round++)
            blocks_add(&samples, (size_t)workers, round,
                       "elapsed_ns,total_ns,result,error\n1000000000,,168,\n"
                       "\nlaunched,launch_ns,reduced,reduce_ns\n"
                       "4,3000000000,4,2000000\n");
    }
    trial_conclude(&experiment_speedup, &context, &plan, &samples, &report);
    for (size_t i = 0; i < ROWS(rows); i++) {
        size_t at;
        json_t *fit;
        double found = NAN;

        json_array_foreach (report.fits, at, fit) {
            assert_string_equal(report_text(fit, "kind"), "model");
            if (strcmp(report_text(fit, "model"), rows[i].model) == 0 &&
                report_get(fit, "ranks") == rows[i].ranks)
                found = report_get(fit, "value");
        }
        assert_true(fabs(found - rows[i].speedup) < 1e-9 * found);
    }
    assert_non_null(
        strstr(trial_title(&report, "speedup-model"), "; launch included, "));
    /* It is no summary: nothing that looks at measured rows can take it. */
    assert_int_equal(json_array_size(report.summaries), 2);
    assert_non_null(strstr(trial_title(&report, "speedup-model"), "A model: "));
    report_end(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hosts_and_slots_are_read, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(a_bad_line_is_named, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(a_hostfile_is_bounded, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(speedup_has_one_launch, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(the_smallest_hosts_memory_counts,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(hosts_have_more_counts, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(
            exchange_has_a_launch_here_and_one_between_hosts, scratch_begin,
            scratch_end),
        cmocka_unit_test_setup_teardown(what_keeps_ranks_away_is_said,
                                        scratch_begin, scratch_end),
        cmocka_unit_test(each_case_gets_its_rows),
        cmocka_unit_test(a_command_measures_several_cases),
        cmocka_unit_test(the_model_adds_up),
        cmocka_unit_test(known_costs_make_a_known_model),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("ranks", tests, NULL, NULL);
}
