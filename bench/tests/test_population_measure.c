/* The measure population: which creations are printed, that it stops where it
 * has to and says why, and that nobody stays behind. */
#include "../probe/crowd.h"
#include "../probe/memory.h"
#include "measuring.h"
#include "refuse.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static const char *const kinds[] = { "kind=process", "kind=thread" };
static const char head[] = "alive,nth,returned_ns,parked_ns,memory_kib,"
                           "pss_kib,error\n";

static char *run_well(const char *const words[MEASURING_WORDS])
{
    char *text = measuring_well(&measure_population, words);

    assert_int_equal(strncmp(text, head, sizeof(head) - 1), 0);
    assert_int_equal(measuring_count(text, "\n\nstarted,stop,most_mib\n"), 1);
    measuring_assert_alone();
    return text;
}

/* The quarter of the workers that came last before each count. */
static void the_last_up_to_each_count_are_printed(void **state)
{
    static const char *const begins[] = {
        "\n1,1,",   "\n4,4,",   "\n16,13,", "\n16,14,",
        "\n16,15,", "\n16,16,", "\n20,16,", "\n20,20,",
    };

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const char *const words[MEASURING_WORDS] = { kinds[k], "workers=20",
                                                     "at=1,4,16,20,64" };
        char *text = run_well(words);

        for (size_t i = 0; i < ROWS(begins); i++)
            assert_int_equal(measuring_count(text, begins[i]), 1);
        assert_int_equal(measuring_count(text, "\n16,"), 4);
        assert_int_equal(measuring_count(text, "\n20,"), 5 + 1); /* started */
        assert_int_equal(measuring_count(text, "\n64,"), 0);
        assert_int_equal(measuring_count(text, "\n20,,"), 1); /* no stop */
        free(text);
    }
}

/* What came before the refused one counts; the refused one is a row of the
 * count that it would have brought about. The first three are unmeasured. */
static void a_refusal_is_a_row(void **state)
{
    static const struct {
        unsigned allowed;
        const char *row, *started;
    } rows[] = {
        { 0, "\n1,1,,,,,EAGAIN\n", "\n0,refused," },
        { 3, "\n1,1,,,,,EAGAIN\n", "\n0,refused," },
        { 4, "\n4,2,,,,,EAGAIN\n", "\n1,refused," },
        { 10, "\n16,8,,,,,EAGAIN\n", "\n7,refused," },
    };

    (void)state;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < ROWS(rows); i++) {
            const char *const words[MEASURING_WORDS] = { kinds[k],
                                                         "workers=16" };

            refuse_after(rows[i].allowed, false);
            char *text = run_well(words);
            refuse_none();
            assert_int_equal(measuring_count(text, rows[i].row), 1);
            assert_int_equal(measuring_count(text, rows[i].started), 1);
            assert_int_equal(measuring_count(text, "EAGAIN"), 1);
            free(text);
        }
}

/* Time and memory are looked at after every 64 workers. */
static void limits_stop_it(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        const char *const words[MEASURING_WORDS] = { kinds[k], "workers=5000",
                                                     "limit_ms=1" };
        char *text = run_well(words);

        assert_non_null(strstr(text, ",time,"));
        assert_int_equal(measuring_count(text, "\n4096,"), 0);
        free(text);
    }
    struct crowd *crowd = crowd_new(200);

    /* A limit below anything: also when others give memory back meanwhile. */
    assert_non_null(crowd);
    crowd->kind = &worker_thread;
    crowd->wanted = 200;
    crowd->end_ns = UINT64_MAX;
    crowd->before.available_kib = (double)memory_available_kib();
    crowd->most_kib = INT32_MIN;
    crowd_grow(crowd);
    assert_int_equal(crowd->stop, STOP_MEMORY);
    assert_int_equal(crowd->started, 64);
    crowd_disband(crowd);
    assert_int_equal(crowd->started, 0);
    assert_false(crowd->deserted);
    measuring_assert_alone();
}

/* One that is killed in its sleep was not alive: the block tells. */
static void a_deserter_is_noticed(void **state)
{
    struct crowd *crowd = crowd_new(8);

    (void)state;
    assert_non_null(crowd);
    crowd->kind = &worker_process;
    for (int i = 0; i < 5; i++)
        assert_true(crowd_add(crowd));
    assert_int_equal(kill(crowd->record[2].worker.pid, SIGKILL), 0);
    crowd_disband(crowd);
    assert_true(crowd->deserted);
    measuring_assert_alone();
}

static void memory_is_told(void **state)
{
    (void)state;
    assert_true(memory_available_kib() > 0);
    assert_true(memory_settle_kib() > 0);
    assert_true(memory_pss_kib(0) >= -1);
    assert_int_equal(memory_pss_kib(1 << 30), -1); /* no such process */
}

#define AT(value)                                                            \
    "at=" value ": give ascending counts with commas between, the first no " \
    "more than workers; 16 at most"

static void what_it_does_not_know_is_refused(void **state)
{
    static const struct {
        const char *words[MEASURING_WORDS], *message;
    } rows[] = {
        { { "kind=spoon", "workers=1" }, "kind=spoon: give process or thread" },
        { { "kind=thread" },
          "workers=… is missing: how many are created, at most" },
        { { "kind=thread", "workers=40000" },
          "workers=40000: give a whole number from 1 to 32768" },
        { { "kind=thread", "workers=4", "at=4,1" }, AT("4,1") },
        { { "kind=thread", "workers=4", "at=0" }, AT("0") },
        { { "kind=thread", "workers=4", "at=" }, AT("") },
        { { "kind=thread", "workers=4", "at=2;3" }, AT("2;3") },
        { { "kind=thread", "workers=4", "at=5" }, AT("5") },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        measuring_refuses(&measure_population, rows[i].words, -EINVAL,
                          rows[i].message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_up_to_each_count_are_printed),
        cmocka_unit_test(a_refusal_is_a_row),
        cmocka_unit_test(limits_stop_it),
        cmocka_unit_test(a_deserter_is_noticed),
        cmocka_unit_test(memory_is_told),
        cmocka_unit_test(what_it_does_not_know_is_refused),
    };

    return cmocka_run_group_tests_name("population_measure", tests, NULL, NULL);
}
