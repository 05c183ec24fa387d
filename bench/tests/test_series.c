/* From blocks to series: what counts, and what does not. */
#include "../driver/series.h"

#include "blocks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FORK, TIMER };

/* Four rounds: a whole block with a warm-up, one with refusals, one that is
 * excluded, and none at all of this case. */
static void fill(struct samples *samples)
{
    *samples = (struct samples){ .blocks = NULL };
    blocks_add(samples, FORK, 0,
               "warmup,reaped_ns,error\n1,9000,\n0,1000,\n0,2000,\n0,6000,\n"
               "\nfaults,switches\n34,2\n");
    blocks_add(samples, TIMER, 0, "warmup,reaped_ns,error\n0,20,\n");
    blocks_add(samples, FORK, 1,
               "warmup,reaped_ns,error\n1,,EAGAIN\n0,,EAGAIN\n0,4000,\n"
               "0,,ENOMEM\n\nfaults,switches\n30,2\n");
    blocks_add(samples, FORK, 2,
               "warmup,reaped_ns,error\n0,700000,\n\nfaults,switches\n99,2\n")
        ->excluded = "suspended";
    blocks_add(samples, TIMER, 3, "warmup,reaped_ns,error\n0,40,\n");
}

static void samples_and_rounds(void **state)
{
    struct samples samples;
    struct series series;

    (void)state;
    fill(&samples);
    assert_int_equal(series_read(&samples, FORK, "reaped_ns", 1e-3,
                                 statistics_median, &series),
                     0);
    assert_int_equal(series.rounds, 4);
    assert_int_equal(series.blocks, 2);
    assert_true(series.by_round[0] == 2);
    assert_true(series.by_round[1] == 4);
    assert_true(isnan(series.by_round[2]));
    assert_true(isnan(series.by_round[3]));
    assert_int_equal(series.n, 4);
    assert_true(series.samples[2] == 6); /* slow, and kept */
    series_free(&series);
    assert_null(series.samples);
    samples_free(&samples);
}

static void refusals_are_counted(void **state)
{
    struct samples samples;
    struct series series;

    (void)state;
    fill(&samples);
    assert_int_equal(series_read(&samples, FORK, "reaped_ns", 1e-3,
                                 statistics_median, &series),
                     0);
    assert_int_equal(series.failed, 2); /* not the one in the warm-up */
    assert_string_equal(series.error, "EAGAIN");
    series_free(&series);
    samples_free(&samples);
}

static void a_block_is_reduced_as_asked(void **state)
{
    struct samples samples;
    struct series series;

    (void)state;
    fill(&samples);
    assert_int_equal(
        series_read(&samples, FORK, "reaped_ns", 1, series_mean, &series), 0);
    assert_true(series.by_round[0] == 3000);
    series_free(&series);
    assert_true(isnan(series_mean(NULL, 0)));
    samples_free(&samples);
}

static void missing_columns_and_cases_are_empty(void **state)
{
    struct samples samples;
    struct series series;

    (void)state;
    fill(&samples);
    assert_int_equal(series_read(&samples, FORK, "no_such_column", 1,
                                 statistics_median, &series),
                     0);
    assert_int_equal(series.n, 0);
    assert_int_equal(series.blocks, 0);
    series_free(&series);
    assert_int_equal(
        series_read(&samples, 77, "reaped_ns", 1, statistics_median, &series),
        0);
    assert_int_equal(series.n, 0);
    series_free(&series);
    samples_free(&samples);
}

/* A block may hold several things in one column. */
static void only_some_rows_may_be_read(void **state)
{
    struct samples samples = { .blocks = NULL };
    struct series series;

    (void)state;
    blocks_add(&samples, FORK, 0,
               "alive,reaped_ns,error\n1,100,\n4,200,\n4,300,\n16,,EAGAIN\n");
    blocks_add(&samples, FORK, 1, "alive,reaped_ns,error\n1,700,\n");
    assert_int_equal(series_read_where(&samples, FORK, "reaped_ns", "alive",
                                       "4", 1, statistics_median, &series),
                     0);
    assert_int_equal(series.n, 2);
    assert_int_equal(series.failed, 0);
    assert_true(series.by_round[0] == 250);
    assert_true(isnan(series.by_round[1]));
    series_free(&series);
    assert_int_equal(series_read_where(&samples, FORK, "reaped_ns", "alive",
                                       "16", 1, statistics_median, &series),
                     0);
    assert_int_equal(series.failed, 1);
    series_free(&series);
    assert_int_equal(series_read_where(&samples, FORK, "reaped_ns", "nothing",
                                       "4", 1, statistics_median, &series),
                     0);
    assert_int_equal(series.n, 0);
    series_free(&series);
    samples_free(&samples);
}

static void facts_of_blocks(void **state)
{
    struct samples samples;

    (void)state;
    fill(&samples);
    assert_true(series_block_fact(&samples, FORK, "faults") == 32);
    assert_true(isnan(series_block_fact(&samples, FORK, "no_such_column")));
    assert_true(isnan(series_block_fact(&samples, TIMER, "faults")));
    samples_free(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_and_rounds),
        cmocka_unit_test(refusals_are_counted),
        cmocka_unit_test(a_block_is_reduced_as_asked),
        cmocka_unit_test(missing_columns_and_cases_are_empty),
        cmocka_unit_test(only_some_rows_may_be_read),
        cmocka_unit_test(facts_of_blocks),
    };

    return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
