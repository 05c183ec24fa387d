/* The statistics against answers that are known: tables from textbooks, and
 * curves made from the very law that is then fitted. */
#include "../driver/statistics.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
/* A macro, so that a failure names the line of the test. */
#define assert_near(value, expected, tolerance) \
    assert_true(fabs((value) - (expected)) <= (tolerance))

static int begin(void **state)
{
    (void)state;
    statistics_begin();
    return 0;
}

/* n, n - 1, … 1: a module that forgets to sort would be seen. */
static double *countdown(size_t n)
{
    double *values = calloc(n + 1, sizeof *values);

    assert_non_null(values);
    for (size_t i = 0; i < n; i++)
        values[i] = (double)(n - i);
    return values;
}

/* ---- Medians and their intervals ---- */

static void median_interval_has_the_ranks_of_the_binomial(void **state)
{
    /* n = 10: 1 and 10 of 1024 outcomes miss on a side with rank 2, so that
     * 1 - 22/1024 is covered; and so on. */
    static const struct {
        size_t n;
        double level;
        size_t rank_low, rank_high;
        double reached;
    } rows[] = {
        { 1, 0.95, 1, 1, 0.0 },        { 2, 0.95, 1, 2, 0.5 },
        { 5, 0.95, 1, 5, 0.9375 },     { 6, 0.95, 1, 6, 0.96875 },
        { 9, 0.95, 2, 8, 0.9609 },     { 10, 0.95, 2, 9, 0.9785 },
        { 12, 0.95, 3, 10, 0.9614 },   { 24, 0.95, 7, 18, 0.9773 },
        { 24, 0.99, 6, 19, 0.9934 },   { 25, 0.95, 8, 18, 0.9567 },
        { 100, 0.95, 40, 61, 0.9648 }, { 12, 0.9999, 1, 12, 0.99951 },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        double *values = countdown(rows[i].n);
        struct interval interval;

        assert_int_equal(statistics_median_interval(values, rows[i].n,
                                                    rows[i].level, &interval),
                         0);
        assert_int_equal(interval.rank_low, rows[i].rank_low);
        assert_int_equal(interval.rank_high, rows[i].rank_high);
        assert_near(interval.low, (double)rows[i].rank_low, 0);
        assert_near(interval.high, (double)rows[i].rank_high, 0);
        assert_near(interval.level, rows[i].reached, 5e-5);
        free(values);
    }
}

/* 1 - 2 P(fewer than `rank` heads in n tosses), summed term by term. */
static double coverage_by_hand(size_t n, size_t rank)
{
    double term = pow(0.5, (double)n), miss = 0;

    for (size_t heads = 0; heads < rank; heads++) {
        miss += term;
        term *= (double)(n - heads) / (double)(heads + 1);
    }
    return 1 - 2 * miss;
}

/* One rank further in would cover less than was asked for, at every n. */
static void median_interval_is_the_narrowest(void **state)
{
    enum { MOST = 300 };
    double *values = countdown(MOST);

    (void)state;
    for (size_t n = 6; n <= MOST; n++) {
        struct interval i;

        assert_int_equal(statistics_median_interval(values, n, 0.95, &i), 0);
        assert_int_equal(i.rank_low + i.rank_high, n + 1);
        assert_near(i.level, coverage_by_hand(n, i.rank_low), 1e-9);
        assert_true(i.level >= 0.95);
        assert_true(coverage_by_hand(n, i.rank_low + 1) < 0.95);
    }
    free(values);
}

static void median_of_odd_even_one_and_none(void **state)
{
    (void)state;
    assert_near(statistics_median((double[]){ 3, 1, 2 }, 3), 2, 0);
    assert_near(statistics_median((double[]){ 4, 1, 3, 2 }, 4), 2.5, 0);
    assert_near(statistics_median((double[]){ 7 }, 1), 7, 0);
    assert_near(statistics_median((double[]){ NAN, 5, NAN, 1 }, 4), 3, 0);
    assert_true(isnan(statistics_median(NULL, 0)));
    assert_true(isnan(statistics_median((double[]){ NAN }, 1)));
}

static void equal_values_give_an_interval_of_no_width(void **state)
{
    const double values[] = { 8, 8, 8, 8, 8, 8, 8, 8 };
    struct interval interval;

    (void)state;
    assert_int_equal(
        statistics_median_interval(values, ROWS(values), 0.95, &interval), 0);
    assert_near(interval.low, 8, 0);
    assert_near(interval.high, 8, 0);
}

static void senseless_requests_are_refused(void **state)
{
    const double values[] = { 1, 2, 3 };
    struct interval interval;

    (void)state;
    assert_int_equal(statistics_median_interval(NULL, 0, 0.95, &interval),
                     -EINVAL);
    assert_int_equal(
        statistics_median_interval((double[]){ NAN }, 1, 0.95, &interval),
        -EINVAL);
    static const double levels[] = { 0, 1, -1, 95, NAN };
    for (size_t i = 0; i < ROWS(levels); i++)
        assert_int_equal(
            statistics_median_interval(values, 3, levels[i], &interval),
            -EINVAL);
}

/* ---- Distributions ---- */

static void distribution_of_a_hundred_and_one(void **state)
{
    double *values = countdown(101);
    struct distribution d;

    (void)state;
    assert_int_equal(statistics_distribution(values, 101, &d), 0);
    assert_int_equal(d.n, 101);
    assert_near(d.min, 1, 0);
    assert_near(d.p01, 2, 1e-5);
    assert_near(d.p25, 26, 1e-5);
    assert_near(d.median, 51, 0);
    assert_near(d.p75, 76, 1e-5);
    assert_near(d.p90, 91, 1e-5);
    assert_true(isnan(d.p99));
    assert_near(d.max, 101, 0);
    assert_near(d.mean, 51, 1e-5);
    assert_int_equal(d.beyond_ten_medians, 0);
    free(values);
}

static void p99_needs_a_thousand_values(void **state)
{
    double *values = countdown(1001);
    struct distribution d;

    (void)state;
    assert_int_equal(statistics_distribution(values, 999, &d), 0);
    assert_true(isnan(d.p99));
    assert_int_equal(statistics_distribution(values, 1001, &d), 0);
    assert_near(d.p99, 991, 1e-3);
    free(values);
}

static void slow_values_are_counted_and_kept(void **state)
{
    const double values[] = { 2, 2, 2, 20, NAN, 20.5, 1000, 2, 2 };
    struct distribution d;

    (void)state;
    assert_int_equal(statistics_distribution(values, ROWS(values), &d), 0);
    assert_int_equal(d.n, 8);
    assert_int_equal(d.beyond_ten_medians, 2);
    assert_near(d.max, 1000, 0);
}

static void distribution_of_one_and_none(void **state)
{
    struct distribution d;

    (void)state;
    assert_int_equal(statistics_distribution((double[]){ 3 }, 1, &d), 0);
    assert_near(d.min, 3, 0);
    assert_near(d.p90, 3, 0);
    assert_near(d.max, 3, 0);
    assert_int_equal(statistics_distribution(NULL, 0, &d), -EINVAL);
    assert_int_equal(statistics_distribution((double[]){ NAN }, 1, &d),
                     -EINVAL);
}

/* ---- Ratios ---- */

static void ratio_is_the_median_of_the_pairs(void **state)
{
    /* Rounds differ tenfold, yet the ratio within a round stays near 8. */
    const double top[] = { 80, 800, 164, 79, 810, 160 };
    const double base[] = { 10, 100, 20, 10, 100, 20 };
    struct paired paired;

    (void)state;
    assert_int_equal(statistics_ratio(top, base, ROWS(top), 0.95, &paired), 0);
    assert_near(paired.ratio, 8, 1e-6);
    assert_int_equal(paired.n, 6);
    assert_near(paired.interval.low, 7.9, 1e-6);
    assert_near(paired.interval.high, 8.2, 1e-6);
    assert_near(paired.interval.level, 0.96875, 1e-6);
}

/* With one pair fewer, no interval reaches the level. */
static void pairs_for_comparisons(void **state)
{
    static const struct {
        unsigned comparisons, pairs;
    } rows[] = { { 0, 6 },   { 1, 6 },   { 3, 7 },   { 6, 8 },   { 12, 9 },
                 { 25, 10 }, { 34, 11 }, { 51, 11 }, { 52, 12 }, { 102, 12 } };
    const double values[16] = { 0 };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        unsigned count = rows[i].comparisons > 0 ? rows[i].comparisons : 1;
        double level = 1 - 0.05 / count;
        struct interval interval;

        assert_int_equal(statistics_pairs_at_least(rows[i].comparisons),
                         rows[i].pairs);
        for (size_t fewer = 0; fewer < 2; fewer++) {
            assert_int_equal(statistics_median_interval(values,
                                                        rows[i].pairs - fewer,
                                                        level, &interval),
                             0);
            assert_true((interval.level >= level) == (fewer == 0));
        }
    }
}

static void broken_pairs_are_left_out(void **state)
{
    const double top[] = { NAN, 6, 6, 8, 1, INFINITY, 0 };
    const double base[] = { 2, NAN, 2, 2, 0, 2, 0 };
    struct paired paired;

    (void)state;
    assert_int_equal(statistics_ratio(top, base, ROWS(top), 0.95, &paired), 0);
    assert_int_equal(paired.n, 2);
    assert_near(paired.ratio, 3.5, 1e-6);
    assert_near(paired.interval.low, 3, 0);
    assert_near(paired.interval.high, 4, 0);
    assert_near(paired.interval.level, 0.5, 1e-6);
    assert_int_equal(statistics_ratio(top, base, 2, 0.95, &paired), -EINVAL);
    assert_int_equal(statistics_ratio(NULL, NULL, 0, 0.95, &paired), -EINVAL);
}

/* ---- Means and lines ---- */

static void interval_ends_follow_students_table(void **state)
{
    static const struct {
        double freedom, level, t;
    } rows[] = {
        { 1, 0.95, 12.706 },  { 2, 0.95, 4.303 },  { 10, 0.90, 1.812 },
        { 10, 0.95, 2.228 },  { 10, 0.99, 3.169 }, { 30, 0.95, 2.042 },
        { 120, 0.95, 1.980 },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct estimate e =
            statistics_estimate(5, 1, rows[i].freedom, rows[i].level);
        assert_near(e.high - 5, rows[i].t, 6e-4);
        assert_near(5 - e.low, rows[i].t, 6e-4);
    }
    assert_true(isnan(statistics_estimate(5, 1, 0, 0.95).low));
    assert_true(isnan(statistics_estimate(5, 1, 9, 1).high));
}

static void mean_of_a_small_sample(void **state)
{
    const double values[] = { 2, 4, NAN, 4, 4, 5, 5, 7, 9 };
    struct estimate mean;

    (void)state;
    assert_int_equal(statistics_mean(values, ROWS(values), 0.95, &mean), 0);
    assert_near(mean.value, 5, 1e-6);
    assert_near(mean.error, 2.13809 / sqrt(8), 1e-5);
    assert_near(mean.high, 5 + 2.36462 * 2.13809 / sqrt(8), 1e-4);
    assert_int_equal(statistics_mean(values, 1, 0.95, &mean), -EINVAL);
    assert_int_equal(statistics_mean(values + 1, 2, 0.95, &mean), -EINVAL);
    assert_int_equal(statistics_mean(values, 5, 0, &mean), -EINVAL);
}

static void line_through_anscombes_first_set(void **state)
{
    /* Anscombe, "Graphs in Statistical Analysis" (1973). */
    const double x[] = { 10, 8, 13, 9, 11, NAN, 14, 6, 4, 12, 7, 5 };
    const double y[] = { 8.04, 6.95, 7.58, 8.81,  8.33, 1,
                         9.96, 7.24, 4.26, 10.84, 4.82, 5.68 };
    struct line line;

    (void)state;
    assert_int_equal(statistics_line(x, y, ROWS(x), &line), 0);
    assert_int_equal(line.n, 11);
    assert_near(line.slope, 0.50009, 1e-5);
    assert_near(line.intercept, 3.00009, 1e-5);
    assert_near(line.slope_error, 0.11791, 1e-5);
    assert_near(line.intercept_error, 1.12475, 1e-5);
}

static void no_line_through_two_points_or_one_x(void **state)
{
    const double x[] = { 1, 2, NAN }, same[] = { 4, 4, 4 };
    struct line line;

    (void)state;
    assert_int_equal(statistics_line(x, x, 3, &line), -EINVAL);
    assert_int_equal(statistics_line(same, x, 2, &line), -EINVAL);
    assert_int_equal(statistics_line(same, same, 3, &line), -EINVAL);
    assert_int_equal(statistics_line(NULL, NULL, 0, &line), -EINVAL);
}

/* ---- Shares ---- */

/* Exact tests' bounds, summed term by term from the binomial; 0, 1 and 5 of 10
 * and 3 of 20 as in the tables of textbooks. */
static void a_share_has_the_exact_interval(void **state)
{
    static const struct {
        size_t successes, n;
        double level, low, high;
    } rows[] = {
        { 0, 10, 0.95, 0.000000, 0.308497 },
        { 1, 10, 0.95, 0.002529, 0.445016 },
        { 5, 10, 0.95, 0.187086, 0.812914 },
        { 10, 10, 0.95, 0.691503, 1.000000 },
        { 3, 20, 0.95, 0.032071, 0.378927 },
        { 599, 600, 0.95, 0.990749, 0.999958 },
        { 1000, 1000, 0.95, 0.996318, 1.000000 },
        { 2000, 4000, 0.95, 0.484385, 0.515615 },
        { 3999, 4000, 0.95, 0.998608, 0.999994 },
        { 50, 100, 0.99, 0.368861, 0.631139 },
    };
    struct share share;

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(statistics_share(rows[i].successes, rows[i].n,
                                          rows[i].level, &share),
                         0);
        assert_near(share.value, (double)rows[i].successes / (double)rows[i].n,
                    1e-12);
        assert_near(share.low, rows[i].low, 1e-6);
        assert_near(share.high, rows[i].high, 1e-6);
    }
    assert_int_equal(statistics_share(0, 0, 0.95, &share), -EINVAL);
    assert_int_equal(statistics_share(3, 2, 0.95, &share), -EINVAL);
    assert_int_equal(statistics_share(1, 2, 1, &share), -EINVAL);
}

/* All in all: no trial count at which the quantile does not come back. */
static void a_share_is_found_for_every_count(void **state)
{
    struct share share;

    (void)state;
    for (size_t n = 1; n < 200000; n = n * 3 + 1)
        for (size_t yes = 0; yes <= n; yes += n / 7 + 1) {
            assert_int_equal(statistics_share(yes, n, 0.95, &share), 0);
            assert_true(share.low >= 0 && share.low <= share.value);
            assert_true(share.high <= 1 && share.high >= share.value);
        }
}

/* ---- Shuffling ---- */

enum { CASES = 20 };

static void shuffled(unsigned long seed, size_t *ret_order)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    assert_non_null(rng);
    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < CASES; i++)
        ret_order[i] = i;
    statistics_shuffle(rng, ret_order, CASES);
    gsl_rng_free(rng);
}

static void shuffle_is_a_permutation_that_the_seed_decides(void **state)
{
    size_t first[CASES], again[CASES], other[CASES];
    bool seen[CASES] = { false };

    (void)state;
    shuffled(7, first);
    shuffled(7, again);
    shuffled(8, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    for (size_t i = 0; i < CASES; i++) {
        assert_in_range(first[i], 0, CASES - 1);
        assert_false(seen[first[i]]);
        seen[first[i]] = true;
    }
}

static void shuffle_of_one_or_none_does_nothing(void **state)
{
    size_t one = 5;

    (void)state;
    statistics_shuffle(NULL, &one, 1);
    assert_int_equal(one, 5);
    statistics_shuffle(NULL, NULL, 0);
}

/* Each of the six orders of three, within five standard deviations. */
static void shuffle_is_fair(void **state)
{
    enum { ROUNDS = 6000, EXPECTED = ROUNDS / 6, SLACK = 145 };
    size_t seen[9] = { 0 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    (void)state;
    assert_non_null(rng);
    for (size_t i = 0; i < ROUNDS; i++) {
        size_t order[] = { 0, 1, 2 };
        statistics_shuffle(rng, order, 3);
        seen[3 * order[0] + order[1]]++;
    }
    gsl_rng_free(rng);
    for (size_t i = 0; i < ROWS(seen); i++)
        if (i / 3 != i % 3)
            assert_in_range(seen[i], EXPECTED - SLACK, EXPECTED + SLACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_interval_has_the_ranks_of_the_binomial),
        cmocka_unit_test(median_interval_is_the_narrowest),
        cmocka_unit_test(median_of_odd_even_one_and_none),
        cmocka_unit_test(equal_values_give_an_interval_of_no_width),
        cmocka_unit_test(senseless_requests_are_refused),
        cmocka_unit_test(distribution_of_a_hundred_and_one),
        cmocka_unit_test(p99_needs_a_thousand_values),
        cmocka_unit_test(slow_values_are_counted_and_kept),
        cmocka_unit_test(distribution_of_one_and_none),
        cmocka_unit_test(ratio_is_the_median_of_the_pairs),
        cmocka_unit_test(pairs_for_comparisons),
        cmocka_unit_test(broken_pairs_are_left_out),
        cmocka_unit_test(interval_ends_follow_students_table),
        cmocka_unit_test(mean_of_a_small_sample),
        cmocka_unit_test(line_through_anscombes_first_set),
        cmocka_unit_test(no_line_through_two_points_or_one_x),
        cmocka_unit_test(a_share_has_the_exact_interval),
        cmocka_unit_test(a_share_is_found_for_every_count),
        cmocka_unit_test(shuffle_is_a_permutation_that_the_seed_decides),
        cmocka_unit_test(shuffle_of_one_or_none_does_nothing),
        cmocka_unit_test(shuffle_is_fair),
    };

    return cmocka_run_group_tests_name("statistics", tests, begin, NULL);
}
