/* The selftest itself: what it lets pass and what not, and that its simulated
 * runs are the same each time. */
#include "../driver/selftest.h"
#include "../driver/selftest_noise.h"
#include "../driver/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { ALLOWED = 18, MOST = 64 };

/* 182 of 200 have to hold the truth. Others by exact sums of the binomial. */
static void so_many_may_be_wrong(void **state)
{
    static const struct {
        unsigned tries, allowed;
    } rows[] = { { 1, 1 }, { 3, 1 }, { 20, 4 }, { 100, 11 }, { 200, ALLOWED } };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(selftest_allowed(rows[i].tries), rows[i].allowed);
}

static void answers_are_judged(void **state)
{
    static const struct {
        unsigned tries, wrong, seen, backwards;
        enum selftest_verdict twice, delay;
    } rows[] = {
        { 200, 0, 200, 0, SELFTEST_PASS, SELFTEST_PASS },
        { 200, 18, 100, 0, SELFTEST_PASS, SELFTEST_PASS },
        { 200, 18, 99, 0, SELFTEST_PASS, SELFTEST_BLIND },
        { 200, 19, 200, 0, SELFTEST_FAIL, SELFTEST_FAIL },
        { 20, 5, 20, 0, SELFTEST_FAIL, SELFTEST_FAIL },
        /* Too few to judge by, unless all of them are backwards. */
        { 3, 3, 0, 2, SELFTEST_SHOWN, SELFTEST_SHOWN },
        { 3, 3, 0, 3, SELFTEST_SHOWN, SELFTEST_FAIL },
        { 0, 0, 0, 0, SELFTEST_SHOWN, SELFTEST_SHOWN },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct selftest_row row = { .tries = rows[i].tries,
                                          .wrong = rows[i].wrong,
                                          .seen = rows[i].seen,
                                          .backwards = rows[i].backwards };

        assert_int_equal(selftest_judge(&row), rows[i].twice);
        assert_int_equal(selftest_judge_delay(&row), rows[i].delay);
    }
}

/* ---- Simulated runs ---- */

struct told {
    unsigned wrong[MOST];
    size_t count;
};

static void remember(void *arg, const char *topic,
                     const struct selftest_row *row)
{
    struct told *told = arg;

    assert_int_equal(row->tries, SELFTEST_TRIES);
    assert_int_not_equal(strlen(topic), 0);
    assert_int_not_equal(strlen(row->what), 0);
    assert_true(told->count < MOST);
    told->wrong[told->count++] = row->wrong;
}

static void simulated_intervals_hold_the_truth(void **state)
{
    struct told once = { .count = 0 }, again = { .count = 0 };
    unsigned wrong = 0;

    (void)state;
    assert_int_equal(selftest_simulate(remember, &once), 0);
    assert_int_equal(selftest_simulate(remember, &again), 0);
    assert_true(once.count > 20);
    assert_memory_equal(&once, &again, sizeof(once));
    for (size_t i = 0; i < once.count; i++) {
        assert_in_range(once.wrong[i], 0, ALLOWED);
        wrong += once.wrong[i];
    }
    assert_int_not_equal(wrong, 0);
}

static void a_machine_without_noise_takes_one(void **state)
{
    const struct selftest_noise none = { .name = "none" };
    const struct selftest_noise waves = { .wave = 0.1, .wave_stays = 0.5 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double base[SELFTEST_ROUNDS], top[SELFTEST_ROUNDS];

    (void)state;
    assert_non_null(rng);
    selftest_noise_pairs(&none, rng, SELFTEST_ROUNDS, base, top);
    for (size_t i = 0; i < SELFTEST_ROUNDS; i++)
        assert_true(base[i] == 1 && top[i] == 1);
    assert_true(selftest_noise_has_median(&none));
    assert_true(selftest_noise_median(&none, rng) == 1);
    assert_false(selftest_noise_has_median(&waves));
    gsl_rng_free(rng);
}

/* Half of a drift has come when half of the run is over; a third of the blocks
 * being three times as slow leaves the median where it was. */
static void the_median_of_noise_is_known(void **state)
{
    static const struct {
        struct selftest_noise noise;
        double low, high;
    } rows[] = {
        { { .drift = 0.3 }, 1.149, 1.151 },
        { { .slow_share = 0.3, .slow_times = 3 }, 1, 1 },
        { { .slow_share = 0.7, .slow_times = 3 }, 3, 3 },
        { { .tail_share = 1, .tail_shape = 1 }, 1.98, 2.02 },
        { { .scatter = 0.5 }, 0.99, 1.01 },
    };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    (void)state;
    assert_non_null(rng);
    for (size_t i = 0; i < ROWS(rows); i++) {
        gsl_rng_set(rng, 1);
        double median = selftest_noise_median(&rows[i].noise, rng);
        assert_true(median >= rows[i].low && median <= rows[i].high);
    }
    gsl_rng_free(rng);
}

/* ---- Recorded blocks ---- */

/* A record that drifts is drawn from by stretches: the same thing twice stays
 * the same. Then one of the two is slower in every round: a coin says which. */
static void recorded_blocks_are_drawn_from(void **state)
{
    enum { BLOCKS = 2 * 100 };
    static const double slower[] = { 1, 1.5 };
    double blocks[BLOCKS];
    struct selftest_pair pair = { .blocks = blocks, .count = BLOCKS };

    (void)state;
    for (size_t s = 0; s < ROWS(slower); s++) {
        struct told told = { .count = 0 };

        for (size_t i = 0; i < BLOCKS; i++)
            blocks[i] = (100 + (double)(i * 37 % 11) + (double)i) *
                        (i % 2 == 0 ? slower[s] : 1);
        snprintf(pair.row.what, sizeof(pair.row.what), "fork");
        assert_int_equal(selftest_resample(&pair, remember, &told), 0);
        assert_int_equal(told.count, 2);
        assert_in_range(told.wrong[0], 0, ALLOWED);
        assert_in_range(told.wrong[1], 0, ALLOWED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_may_be_wrong),
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(simulated_intervals_hold_the_truth),
        cmocka_unit_test(a_machine_without_noise_takes_one),
        cmocka_unit_test(the_median_of_noise_is_known),
        cmocka_unit_test(recorded_blocks_are_drawn_from),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("selftest", tests, NULL, NULL);
}
