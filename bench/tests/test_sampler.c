/* Rounds, orders, budgets and trouble, with /bin/echo as the probe. */
#include "../driver/sampler.h"

#include "../driver/statistics.h"
#include "blocks.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 12 };

static volatile sig_atomic_t stop;

static int begin(void **state)
{
    (void)state;
    statistics_begin();
    stop = 0;
    return 0;
}

/* A case whose probe prints that text. */
static struct bench_case *add_echo(struct plan *plan, const char *name,
                                   const char *text)
{
    struct bench_case *added = blocks_case(plan, name, "process", "free");

    assert_int_equal(bench_case_argument(added, "echo"), 0);
    assert_int_equal(bench_case_argument(added, "%s", text), 0);
    return added;
}

static struct bench_case *add_shell(struct plan *plan, const char *name,
                                    const char *line)
{
    struct bench_case *added = blocks_case(plan, name, "process", "free");

    assert_int_equal(bench_case_argument(added, "sh"), 0);
    assert_int_equal(bench_case_argument(added, "-c"), 0);
    assert_int_equal(bench_case_argument(added, "%s", line), 0);
    return added;
}

struct settings {
    unsigned rounds_at_least;
    double budget_s;
    unsigned long seed;
    void (*progress)(void *arg, unsigned rounds, double elapsed_s,
                     double left_s);
    void *progress_arg;
};

static int run(const struct settings *settings, struct plan *plan,
               struct samples *ret)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    const struct sampler sampler = {
        .rounds_at_least = settings->rounds_at_least,
        .budget_s = settings->budget_s,
        .block_limit_s = 30,
        .rng = rng,
        .stop = &stop,
        .progress = settings->progress,
        .progress_arg = settings->progress_arg,
    };

    assert_non_null(rng);
    gsl_rng_set(rng, settings->seed);
    int rc = sampler_run(&sampler, plan, ret);
    gsl_rng_free(rng);
    return rc;
}

static size_t blocks_of(const struct samples *samples, size_t case_index)
{
    size_t blocks = 0;

    for (size_t i = 0; i < samples->count; i++)
        blocks += samples->blocks[i].case_index == case_index;
    return blocks;
}

static void every_round_has_every_case(void **state)
{
    enum { CASES = 4 };
    static const char *const names[CASES] = { "a", "b", "c", "d" };
    const struct settings settings = { .rounds_at_least = ROUNDS, .seed = 1 };
    struct plan plan = { .cases = NULL };
    struct samples samples;
    unsigned seen[ROUNDS][CASES] = { { 0 } }, moved = 0;

    (void)state;
    for (int i = 0; i < CASES; i++)
        add_echo(&plan, names[i], "index,us\n0,7");
    assert_int_equal(run(&settings, &plan, &samples), 0);

    assert_int_equal(samples.rounds, ROUNDS);
    assert_int_equal(samples.count, ROUNDS * CASES);
    assert_int_equal(samples.interrupted, 0);
    for (size_t i = 0; i < samples.count; i++) {
        const struct block *block = &samples.blocks[i];

        assert_int_equal(block->round, i / CASES);
        assert_int_equal(block->order, i % CASES);
        assert_true(rows_number(&block->rows.table[0], 0, "us") == 7);
        seen[block->round][block->case_index]++;
        moved += block->case_index != block->order;
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < CASES; i++)
            assert_int_equal(seen[round][i], 1);
    assert_true(moved > 0);
    samples_free(&samples);
    plan_free(&plan);
}

/* The cases' order in all rounds, as one text. */
static void order_of(unsigned long seed, char text[6 * ROUNDS + 1])
{
    const struct settings settings = { .rounds_at_least = ROUNDS,
                                       .seed = seed };
    struct plan plan = { .cases = NULL };
    struct samples samples;

    for (int i = 0; i < 6; i++)
        add_echo(&plan, "a", "us\n1");
    assert_int_equal(run(&settings, &plan, &samples), 0);
    for (size_t i = 0; i < samples.count; i++)
        text[i] = (char)('0' + samples.blocks[i].case_index);
    text[samples.count] = '\0';
    samples_free(&samples);
    plan_free(&plan);
}

static void the_seed_decides_the_order(void **state)
{
    char first[6 * ROUNDS + 1], again[6 * ROUNDS + 1], other[6 * ROUNDS + 1];

    (void)state;
    order_of(42, first);
    order_of(42, again);
    order_of(43, other);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_memory_not_equal(first, first + 6, 6); /* shuffled anew */
}

/* Every third round, and not all of them in the same one. */
static void some_cases_take_turns(void **state)
{
    enum { CASES = 6 };
    const struct settings settings = { .rounds_at_least = ROUNDS, .seed = 5 };
    struct plan plan = { .cases = NULL };
    struct samples samples;
    unsigned in_round[ROUNDS] = { 0 };

    (void)state;
    for (int i = 0; i < CASES; i++)
        add_echo(&plan, "a", "us\n1")->every = 3;
    assert_int_equal(run(&settings, &plan, &samples), 0);
    for (size_t i = 0; i < CASES; i++)
        assert_int_equal(blocks_of(&samples, i), ROUNDS / 3);
    for (size_t i = 0; i < samples.count; i++)
        in_round[samples.blocks[i].round]++;
    for (int round = 0; round < ROUNDS; round++)
        assert_int_equal(in_round[round], CASES / 3);
    samples_free(&samples);
    plan_free(&plan);
}

/* A round without a block is no reason to end. */
static void a_single_case_may_take_turns(void **state)
{
    const struct settings settings = { .rounds_at_least = ROUNDS, .seed = 5 };
    struct plan plan = { .cases = NULL };
    struct samples samples;

    (void)state;
    add_echo(&plan, "a", "us\n1")->every = 3;
    assert_int_equal(run(&settings, &plan, &samples), 0);
    assert_int_equal(samples.rounds, ROUNDS);
    assert_int_equal(samples.count, ROUNDS / 3);
    samples_free(&samples);
    plan_free(&plan);
}

/* Whole rounds until one more would be too much; never fewer than asked. */
static void the_budget_is_used_up(void **state)
{
    const struct settings settings = { .rounds_at_least = 2, .budget_s = 0.25 };
    struct plan plan = { .cases = NULL };
    struct samples samples;

    (void)state;
    add_echo(&plan, "a", "us\n1");
    assert_int_equal(run(&settings, &plan, &samples), 0);
    assert_true(samples.rounds >= 2);
    assert_int_equal(samples.count, samples.rounds);
    assert_true(samples.seconds + samples.seconds / samples.rounds >
                settings.budget_s);
    samples_free(&samples);
    plan_free(&plan);
}

static void what_is_unavailable_is_left_alone(void **state)
{
    const struct settings settings = { .rounds_at_least = ROUNDS };
    struct plan plan = { .cases = NULL };
    struct samples samples;

    (void)state;
    strcpy(add_echo(&plan, "a", "us\n1")->unavailable, "only one core");
    assert_int_equal(run(&settings, &plan, &samples), 0);
    assert_int_equal(samples.count, 0);
    assert_int_equal(samples.rounds, 0);
    assert_false(plan.cases[0].broken);
    samples_free(&samples);

    struct plan none = { .cases = NULL };
    assert_int_equal(run(&settings, &none, &samples), 0);
    assert_int_equal(samples.count, 0);
    samples_free(&samples);
    plan_free(&plan);
}

/* A case that fails is given up, with its reason; the others go on. */
static void trouble_stays_with_its_case(void **state)
{
    static const struct {
        const char *line, *reason;
    } rows[] = {
        { "echo no memory >&2; exit 1", "no memory" },
        { "echo garbage", "the probe's rows cannot be read: Protocol error" },
        { "printf 'a,b\\n1,2\\n1'",
          "the probe's rows cannot be read: Protocol error" },
        { "kill -9 $$", "sh was ended by signal 9 (Killed)" },
        { "printf 'a, \"b\"\\\\ \\302\\265s\\033[1m\\n' >&2; exit 1",
          "a; ;b;; ??s?[1m" },
    };
    enum { TROUBLES = sizeof(rows) / sizeof(rows[0]) };
    const struct settings settings = { .rounds_at_least = ROUNDS };
    struct plan plan = { .cases = NULL };
    struct samples samples;

    (void)state;
    for (size_t i = 0; i < TROUBLES; i++)
        add_shell(&plan, "broken", rows[i].line);
    add_echo(&plan, "good", "us\n1");
    assert_int_equal(run(&settings, &plan, &samples), 0);
    for (size_t i = 0; i < TROUBLES; i++) {
        assert_true(plan.cases[i].broken);
        assert_string_equal(plan.cases[i].unavailable, rows[i].reason);
        assert_int_equal(blocks_of(&samples, i), 0);
    }
    assert_int_equal(blocks_of(&samples, TROUBLES), ROUNDS);
    samples_free(&samples);
    plan_free(&plan);
}

static void all_broken_is_the_end(void **state)
{
    const struct settings settings = { .rounds_at_least = ROUNDS,
                                       .budget_s = 600 };
    struct plan plan = { .cases = NULL };
    struct samples samples;

    (void)state;
    blocks_case(&plan, "a", "process", "free");
    assert_int_equal(
        bench_case_argument(&plan.cases[0], "no-such-program-anywhere"), 0);
    assert_int_equal(run(&settings, &plan, &samples), 0);
    assert_true(plan.cases[0].broken);
    assert_int_equal(samples.rounds, 1);
    samples_free(&samples);
    plan_free(&plan);
}

static void stop_in_round_three(void *arg, unsigned rounds, double elapsed_s,
                                double left_s)
{
    unsigned *calls = arg;

    assert_true(elapsed_s >= 0);
    assert_true(left_s >= 0);
    assert_int_equal(rounds, (*calls)++);
    if (rounds == 3)
        stop = SIGTERM;
}

static void a_signal_keeps_what_is_finished(void **state)
{
    unsigned calls = 0;
    const struct settings settings = { .rounds_at_least = ROUNDS,
                                       .progress = stop_in_round_three,
                                       .progress_arg = &calls };
    struct plan plan = { .cases = NULL };
    struct samples samples;

    (void)state;
    add_echo(&plan, "a", "us\n1");
    add_echo(&plan, "b", "us\n1");
    assert_int_equal(run(&settings, &plan, &samples), 0);
    assert_int_equal(samples.interrupted, SIGTERM);
    assert_int_equal(samples.count, 6);
    assert_int_equal(samples.blocks[5].round, 2);
    assert_false(plan.cases[0].broken);
    assert_false(plan.cases[1].broken);
    samples_free(&samples);
    plan_free(&plan);
}

static int read_upper(const struct bench_case *bench_case, char *text,
                      struct rows *ret, struct failure *failure)
{
    assert_string_equal(bench_case->name, "translated");
    assert_string_equal(text, "no rows at all\n");
    free(text);
    return rows_parse(strdup("us\n3\n"), ret, failure);
}

static void output_may_need_translation(void **state)
{
    const struct settings settings = { .rounds_at_least = 1 };
    struct plan plan = { .cases = NULL };
    struct samples samples;

    (void)state;
    add_echo(&plan, "translated", "no rows at all")->read = read_upper;
    assert_int_equal(run(&settings, &plan, &samples), 0);
    assert_int_equal(samples.count, 1);
    assert_true(rows_number(&samples.blocks[0].rows.table[0], 0, "us") == 3);
    samples_free(&samples);
    plan_free(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_round_has_every_case, begin),
        cmocka_unit_test_setup(the_seed_decides_the_order, begin),
        cmocka_unit_test_setup(some_cases_take_turns, begin),
        cmocka_unit_test_setup(a_single_case_may_take_turns, begin),
        cmocka_unit_test_setup(the_budget_is_used_up, begin),
        cmocka_unit_test_setup(what_is_unavailable_is_left_alone, begin),
        cmocka_unit_test_setup(trouble_stays_with_its_case, begin),
        cmocka_unit_test_setup(all_broken_is_the_end, begin),
        cmocka_unit_test_setup(a_signal_keeps_what_is_finished, begin),
        cmocka_unit_test_setup(output_may_need_translation, begin),
    };

    return cmocka_run_group_tests_name("sampler", tests, NULL, NULL);
}
