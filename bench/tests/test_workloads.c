/* The kernels against answers that are known, and their contract: however the
 * work is split, the parts add up to the same. */
#include "../probe/workloads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static uint64_t total(const struct workload *workload, const void *data,
                      uint64_t size, unsigned workers)
{
    uint64_t sum = 0;

    for (unsigned worker = 0; worker < workers; worker++)
        sum += workload->part(data, size, worker, workers);
    return sum;
}

static void primes_are_counted_right(void **state)
{
    static const struct {
        uint64_t size, primes; /* primes below size */
    } rows[] = {
        { 1, 0 },      { 2, 0 },        { 3, 1 },         { 10, 4 },
        { 11, 4 },     { 12, 5 },       { 100, 25 },      { 1000, 168 },
        { 1001, 168 }, { 10000, 1229 }, { 100000, 9592 }, { 1000000, 78498 },
    };
    const struct workload *primes = workload_find("primes");

    (void)state;
    assert_non_null(primes);
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(total(primes, NULL, rows[i].size, 1), rows[i].primes);
}

/* 0 + 1 + … + (n - 1), times the odd number that spreads the words. */
static void the_sum_is_known(void **state)
{
    const struct workload *sum = workload_find("sum");
    const void *data = sum->prepare();
    uint64_t lines = sum->memory_bytes / 64;

    (void)state;
    assert_non_null(data);
    assert_true(total(sum, data, 1, 1) ==
                lines * (lines - 1) / 2 * UINT64_C(0x9e3779b97f4a7c15));
}

static void every_split_gives_the_same(void **state)
{
    static const unsigned many[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 64, 300 };
    static const uint64_t sizes[] = { 1, 7, 999, 1000, 1001, 30030 };

    (void)state;
    for (size_t w = 0; w < workloads_count; w++) {
        const struct workload *workload = &workloads[w];
        const void *data =
            workload->prepare != NULL ? workload->prepare() : NULL;
        /* Passes over memory are dear: two of them show the same. */
        bool passes = strcmp(workload->unit, "passes") == 0;

        assert_true(data != NULL || workload->prepare == NULL);
        for (size_t s = 0; s < (passes ? 1 : ROWS(sizes)); s++) {
            uint64_t size = passes ? 2 : sizes[s];
            uint64_t whole = total(workload, data, size, 1);

            for (size_t i = 0; i < ROWS(many); i++)
                assert_true(total(workload, data, size, many[i]) == whole);
        }
    }
}

/* A size changes the result, so that a driver can tell runs apart. */
static void more_work_is_another_result(void **state)
{
    (void)state;
    for (size_t w = 0; w < workloads_count; w++) {
        const struct workload *workload = &workloads[w];
        const void *data =
            workload->prepare != NULL ? workload->prepare() : NULL;

        assert_true(total(workload, data, 2, 1) != total(workload, data, 4, 1));
    }
}

static void the_table_is_sound(void **state)
{
    (void)state;
    assert_null(workload_find("no such"));
    assert_null(workload_find(""));
    for (size_t w = 0; w < workloads_count; w++) {
        const struct workload *workload = &workloads[w];

        assert_ptr_equal(workload_find(workload->name), workload);
        assert_true(strcmp(workload->bound, "cpu") == 0 ||
                    strcmp(workload->bound, "memory") == 0 ||
                    strcmp(workload->bound, "waiting") == 0);
        assert_null(strpbrk(workload->name, ",\"\\ "));
        assert_null(strpbrk(workload->note, ",\"\\"));
        assert_null(strpbrk(workload->unit, ",\"\\"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(primes_are_counted_right),
        cmocka_unit_test(the_sum_is_known),
        cmocka_unit_test(every_split_gives_the_same),
        cmocka_unit_test(more_work_is_another_result),
        cmocka_unit_test(the_table_is_sound),
    };

    return cmocka_run_group_tests_name("workloads", tests, NULL, NULL);
}
