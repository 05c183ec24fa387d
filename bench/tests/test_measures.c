/* Workers, their gate, and whole measures, above all when the system refuses:
 * the k-th worker that cannot be started sends the others home. */
#include "../probe/sanitizers.h"
#include "../probe/shared.h"
#include "../probe/worker.h"
#include "../probe/workloads.h"

#include "measuring.h"
#include "refuse.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct worker_kind *const kinds[] = { &worker_process,
                                                   &worker_thread };

/* ---- Workers ---- */

static int add_one(void *arg)
{
    int *shared = arg;

    (*shared)++;
    return 7;
}

static int end_by_signal(void *arg)
{
    (void)arg;
    raise(SIGKILL);
    return 0;
}

static void both_kinds_do_the_same(void **state)
{
    int *shared = shared_map(sizeof(int));

    (void)state;
    assert_non_null(shared);
    for (size_t k = 0; k < 2; k++) {
        struct worker worker = { .kind = kinds[k],
                                 .target = add_one,
                                 .arg = shared };
        int code = 0;

        assert_int_equal(worker_start(&worker), 0);
        assert_int_equal(worker_join(&worker, &code), 0);
        assert_int_equal(code, 7);
        assert_int_equal(*shared, k + 1);
    }
    measuring_assert_alone();
}

static void a_worker_that_is_killed_is_told(void **state)
{
    struct worker worker = { .kind = &worker_process, .target = end_by_signal };
    int code = 0;

    (void)state;
    assert_int_equal(worker_start(&worker), 0);
    assert_int_equal(worker_join(&worker, &code), -ECHILD);
    assert_int_equal(code, SIGKILL);
    measuring_assert_alone();
}

static void a_start_may_be_refused(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        struct worker worker = { .kind = kinds[k], .target = add_one };

        refuse_after(0, false);
        assert_int_equal(worker_start(&worker), -EAGAIN);
        refuse_none();
    }
    measuring_assert_alone();
}

/* ---- The gate ---- */

static int pass(void *arg)
{
    return (int)gate_pass(arg);
}

static void the_gate_lets_all_go_or_none(void **state)
{
    enum { WORKERS = 6 };
    static const enum gate_state orders[] = { GATE_GO, GATE_ABORT };

    (void)state;
    for (size_t k = 0; k < 2; k++)
        for (size_t o = 0; o < 2; o++) {
            struct gate *gate = shared_map(sizeof(*gate));
            struct worker workers[WORKERS];

            assert_non_null(gate);
            for (int i = 0; i < WORKERS; i++) {
                workers[i] = (struct worker){ .kind = kinds[k],
                                              .target = pass,
                                              .arg = gate };
                assert_int_equal(worker_start(&workers[i]), 0);
            }
            gate_await(gate, WORKERS);
            assert_int_equal(gate->arrived, WORKERS);
            gate_set(gate, orders[o]);
            for (int i = 0; i < WORKERS; i++) {
                int code = -1;

                assert_int_equal(worker_join(&workers[i], &code), 0);
                assert_int_equal(code, orders[o]);
            }
        }
    measuring_assert_alone();
}

static void nobody_need_come(void **state)
{
    struct gate *gate = shared_map(sizeof(*gate));

    (void)state;
    gate_await(gate, 0);
    gate_set(gate, GATE_GO);
    assert_int_equal(gate_pass(gate), GATE_GO);
}

/* ---- Measures ---- */

static void all_kinds_find_the_same(void **state)
{
    static const char *const names[] = { "kind=serial", "kind=processes",
                                         "kind=threads", "kind=copies" };
    static const char *const many[] = { "workers=1", "workers=3",
                                        "workers=40" };

    (void)state;
    for (size_t k = 0; k < 4; k++)
        for (size_t n = 0; n < 3; n++) {
            const char *const words[MEASURING_WORDS] = { "workload=primes",
                                                         names[k], many[n],
                                                         "size=10000" };
            char *text = measuring_well(&measure_speedup, words);

            assert_int_equal(
                strncmp(text, "elapsed_ns,total_ns,result,error\n", 33), 0);
            assert_int_equal(measuring_count(text, ",1229,\n"), 1);
            free(text);
        }
    measuring_assert_alone();
}

static void a_worker_that_cannot_start_sends_the_others_home(void **state)
{
    static const char *const names[] = { "kind=processes", "kind=threads",
                                         "kind=copies" };
    static const unsigned allowed[] = { 0, 1, 2, 7 };

    (void)state;
    for (size_t k = 0; k < 3; k++)
        for (size_t a = 0; a < 4; a++) {
            const char *const words[MEASURING_WORDS] = { "workload=primes",
                                                         names[k], "workers=8",
                                                         "size=1000000000" };

            /* Nobody may begin: this much work would take hours. */
            refuse_after(allowed[a], false);
            char *text = measuring_well(&measure_speedup, words);
            refuse_none();
            assert_string_equal(text, "elapsed_ns,total_ns,result,error\n"
                                      ",,,EAGAIN\n");
            free(text);
            measuring_assert_alone();
        }
}

static void refused_creations_are_rows(void **state)
{
    static const char *const names[] = { "mechanism=fork", "mechanism=pthread",
                                         "mechanism=thrd",
                                         "mechanism=fork-exec-dynamic" };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *const words[MEASURING_WORDS] = { names[i], "samples=6",
                                                     "warmup=1" };

        if (UNDER_TSAN && strstr(names[i], "thrd") != NULL)
            continue; /* see mechanisms.c */
        refuse_after(4, false);
        char *text = measuring_well(&measure_creation, words);
        refuse_none();
        assert_int_equal(measuring_count(text, ",EAGAIN\n"), 3);
        assert_int_equal(measuring_count(text, "\n6,0,"), 1);
        assert_int_equal(measuring_count(text, "\n\nsamples,faults,"), 1);
        free(text);
        measuring_assert_alone();
    }
}

/* Without rows there is nowhere to write a refusal but the message. */
static void without_rows_a_refusal_is_a_failure(void **state)
{
    static const char *const words[MEASURING_WORDS] = { "mechanism=fork",
                                                        "samples=6", "warmup=0",
                                                        "rows=none" };
    char message[MEASURE_MESSAGE];
    char *text = measuring_well(&measure_creation, words);

    (void)state;
    assert_string_equal(text, "");
    free(text);
    refuse_after(4, false);
    assert_int_equal(measuring_run(&measure_creation, words, &text, message),
                     -EAGAIN);
    refuse_none();
    assert_string_equal(text, "");
    assert_non_null(strstr(message, "creation 4 failed: "));
    free(text);
}

/* The time limit holds for refusals as well, which are never reaped. */
static void refusals_keep_to_the_time_limit(void **state)
{
    static const char *const words[MEASURING_WORDS] = {
        "mechanism=fork", "samples=5000", "warmup=0", "budget_ms=1"
    };

    (void)state;
    refuse_after(0, true);
    char *text = measuring_well(&measure_creation, words);
    refuse_none();
    assert_int_equal(measuring_count(text, ",EAGAIN\n"), 3);
    free(text);
}

static void stamps_are_asked_for(void **state)
{
    static const char *const stamps[] = { "stamp=0", "stamp=1" };

    (void)state;
    for (unsigned stamp = 0; stamp <= 1; stamp++) {
        const char *const words[MEASURING_WORDS] = { "mechanism=fork",
                                                     "samples=1", "warmup=0",
                                                     stamps[stamp] };
        char *text = measuring_well(&measure_creation, words);

        /* index,warmup,returned,started,reaped,child_cpu,parent_cpu,error */
        assert_int_equal(measuring_count(text, ",,,\n"), 1 - stamp);
        free(text);
    }
}

static void measures_refuse_what_they_do_not_know(void **state)
{
    static const struct {
        const struct measure *measure;
        const char *words[MEASURING_WORDS];
        const char *message;
    } rows[] = {
        { &measure_creation,
          { "mechanism=spoon" },
          "mechanism=spoon is unknown; `probe list mechanisms` shows them "
          "all" },
        { &measure_creation,
          { "mechanism=fork", "rows=some" },
          "rows=some: give all or none" },
        { &measure_speedup,
          { "workload=x", "kind=threads", "size=1" },
          "workload=x is unknown; `probe list workloads` shows them all" },
        { &measure_speedup,
          { "workload=primes", "kind=x", "size=1" },
          "kind=x: give serial, processes, threads or copies" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        measuring_refuses(rows[i].measure, rows[i].words, -EINVAL,
                          rows[i].message);
}

static void a_worker_is_found_by_its_kind(void **state)
{
    (void)state;
    assert_ptr_equal(worker_kind_find("process"), &worker_process);
    assert_ptr_equal(worker_kind_find("thread"), &worker_thread);
    assert_null(worker_kind_find("threads"));
    assert_null(worker_kind_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worker_is_found_by_its_kind),
        cmocka_unit_test(both_kinds_do_the_same),
        cmocka_unit_test(a_worker_that_is_killed_is_told),
        cmocka_unit_test(a_start_may_be_refused),
        cmocka_unit_test(the_gate_lets_all_go_or_none),
        cmocka_unit_test(nobody_need_come),
        cmocka_unit_test(all_kinds_find_the_same),
        cmocka_unit_test(a_worker_that_cannot_start_sends_the_others_home),
        cmocka_unit_test(refused_creations_are_rows),
        cmocka_unit_test(without_rows_a_refusal_is_a_failure),
        cmocka_unit_test(refusals_keep_to_the_time_limit),
        cmocka_unit_test(stamps_are_asked_for),
        cmocka_unit_test(measures_refuse_what_they_do_not_know),
    };

    return cmocka_run_group_tests_name("measures", tests, NULL, NULL);
}
