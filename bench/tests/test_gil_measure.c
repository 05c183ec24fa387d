/* The probe's half of gil: the measure speedup over work that only waits. */
#include "../probe/workloads.h"

#include "measuring.h"
#include "refuse.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <cmocka.h>

static const char *const kinds[] = { "kind=serial", "kind=threads",
                                     "kind=processes", "kind=copies" };

/* The result is what was to be slept, whoever sleeps it. */
static void all_kinds_sleep_the_same(void **state)
{
    static const char *const workers[] = { "workers=1", "workers=2",
                                           "workers=3", "workers=7" };

    (void)state;
    for (size_t k = 0; k < 4; k++)
        for (size_t w = 0; w < 4; w++) {
            const char *const words[MEASURING_WORDS] = { "workload=nap",
                                                         kinds[k], workers[w],
                                                         "size=1000" };
            char *text = measuring_well(&measure_speedup, words);

            assert_non_null(strstr(text, "elapsed_ns,total_ns,result,error\n"));
            assert_non_null(strstr(text, ",1000,\n"));
            free(text);
        }
    measuring_assert_alone();
}

/* Nobody sleeps through what another one could not begin. */
static void a_refused_worker_wakes_nobody(void **state)
{
    (void)state;
    for (size_t k = 1; k < 4; k++) {
        const char *const words[MEASURING_WORDS] = { "workload=nap", kinds[k],
                                                     "workers=4",
                                                     "size=1000000000" };

        refuse_after(2, false);
        char *text = measuring_well(&measure_speedup, words);
        refuse_none();
        assert_string_equal(text,
                            "elapsed_ns,total_ns,result,error\n,,,EAGAIN\n");
        free(text);
    }
    measuring_assert_alone();
}

static void ignore(int number)
{
    (void)number;
}

/* A signal on the way does not shorten the nap. */
static void a_nap_goes_on_after_a_signal(void **state)
{
    const struct workload *nap = workload_find("nap");
    const struct sigaction action = { .sa_handler = ignore };
    const struct itimerval often = { { 0, 2000 }, { 0, 2000 } };
    const struct itimerval never = { { 0, 0 }, { 0, 0 } };
    struct timespec begin, end;

    (void)state;
    assert_non_null(nap);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    assert_int_equal(nap->part(NULL, 20000, 0, 1), 20000);
    clock_gettime(CLOCK_MONOTONIC, &end);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_true((end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec -
                    begin.tv_nsec >=
                20000000L);
}

static void shares_are_equal_and_complete(void **state)
{
    const struct workload *nap = workload_find("nap");

    (void)state;
    for (unsigned workers = 1; workers <= 9; workers++) {
        uint64_t sum = 0, least = UINT64_MAX, most = 0;

        for (unsigned worker = 0; worker < workers; worker++) {
            uint64_t share = nap->part(NULL, 100, worker, workers);

            sum += share;
            least = share < least ? share : least;
            most = share > most ? share : most;
        }
        assert_int_equal(sum, 100);
        assert_true(most - least <= 1);
    }
    assert_int_equal(nap->part(NULL, 1, 0, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_kinds_sleep_the_same),
        cmocka_unit_test(a_refused_worker_wakes_nobody),
        cmocka_unit_test(a_nap_goes_on_after_a_signal),
        cmocka_unit_test(shares_are_equal_and_complete),
    };

    return cmocka_run_group_tests_name("gil_measure", tests, NULL, NULL);
}
