/* The measure order: a row a start, both tickets taken, refusals told. */
#include "measuring.h"
#include "refuse.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static const char *const kinds[] = { "kind=process", "kind=thread" };
static const char head[] = "index,warmup,main_first,lead_ns,error\n";

static char *run_well(const char *const words[MEASURING_WORDS])
{
    char *text = measuring_well(&measure_order, words);

    assert_int_equal(strncmp(text, head, sizeof(head) - 1), 0);
    measuring_assert_alone();
    return text;
}

/* Who was first is nothing that a test may know; that somebody was, it may. */
static void every_start_has_a_first(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const char *const words[MEASURING_WORDS] = { kinds[k], "starts=20",
                                                     "warmup=2" };
        char *text = run_well(words);
        const char *line = text + sizeof(head) - 1;

        for (int i = 0; i < 22; i++) {
            int index, warmup, first, used = 0;
            long lead;

            assert_int_equal(sscanf(line, "%d,%d,%d,%ld,%n", &index, &warmup,
                                    &first, &lead, &used),
                             4);
            assert_int_equal(index, i);
            assert_int_equal(warmup, i < 2);
            assert_in_range(first, 0, 1);
            assert_int_equal(line[used], '\n');
            line += used + 1;
        }
        assert_string_equal(line, "");
        free(text);
    }
}

static void refused_starts_are_rows(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const char *const words[MEASURING_WORDS] = { kinds[k], "starts=6",
                                                     "warmup=0" };

        refuse_after(4, false);
        char *text = run_well(words);
        refuse_none();
        assert_int_equal(measuring_count(text, ",,,EAGAIN\n"), 2);
        assert_int_equal(measuring_count(text, "\n4,0,,,EAGAIN\n"), 1);
        free(text);
    }
}

/* No machine of ours has a CPU 1023 that we may use. */
static void a_worker_that_may_not_move_is_an_error(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const char *const words[MEASURING_WORDS] = { kinds[k], "starts=2",
                                                     "warmup=0",
                                                     "worker_cpu=1023" };
        char *text = run_well(words);

        assert_int_equal(measuring_count(text, ",,,EPROTO\n"), 2);
        free(text);
    }
}

static void what_it_does_not_know_is_refused(void **state)
{
    static const struct {
        const char *words[MEASURING_WORDS], *message;
    } rows[] = {
        { { "kind=spoon" }, "kind=spoon: give process or thread" },
        { { "starts=3" }, "kind=… is missing: process or thread" },
        { { "kind=thread", "starts=0" },
          "starts=0: give a whole number from 1 to 100000" },
        { { "kind=thread", "cpu=1023" },
          "cannot pin to cpu=1023; use one of those that `taskset -p $$` "
          "shows: Invalid argument" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        measuring_refuses(&measure_order, rows[i].words, -EINVAL,
                          rows[i].message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_start_has_a_first),
        cmocka_unit_test(refused_starts_are_rows),
        cmocka_unit_test(a_worker_that_may_not_move_is_an_error),
        cmocka_unit_test(what_it_does_not_know_is_refused),
    };

    return cmocka_run_group_tests_name("order_measure", tests, NULL, NULL);
}
