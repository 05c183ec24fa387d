/* The measure ladder: so many calls, so many tasks done; a pool whose thread
 * is refused is a row. */
#include "measuring.h"
#include "refuse.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned lines(const char *text)
{
    unsigned count = 0;

    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static void every_rung_is_climbed(void **state)
{
    static const char *const names[] = { "rung=call", "rung=pool" };
    static const char *const batches[] = { "batch=1", "batch=300" };

    (void)state;
    for (size_t n = 0; n < 2; n++)
        for (size_t b = 0; b < 2; b++) {
            const char *const words[MEASURING_WORDS] = { names[n], batches[b],
                                                         "samples=4",
                                                         "warmup=2" };
            char *text = measuring_well(&measure_ladder, words);

            assert_int_equal(
                strncmp(text, "index,warmup,elapsed_ns,error\n0,1,", 34), 0);
            assert_int_equal(lines(text), 1 + 2 + 4);
            assert_non_null(strstr(text, "\n5,0,"));
            assert_null(strstr(text, ",E"));
            free(text);
            measuring_assert_alone();
        }
}

/* Three samples at least, whatever they take; no more after that time. */
static void a_block_keeps_to_its_time(void **state)
{
    static const char *const words[MEASURING_WORDS] = {
        "rung=call", "batch=100000", "samples=10000", "warmup=0", "budget_ms=1"
    };

    (void)state;
    char *text = measuring_well(&measure_ladder, words);
    assert_in_range(lines(text), 1 + 3, 1 + 1000);
    free(text);
}

static void a_refused_thread_is_a_row(void **state)
{
    static const char *const words[MEASURING_WORDS] = { "rung=pool" };

    (void)state;
    refuse_after(0, false);
    char *text = measuring_well(&measure_ladder, words);
    refuse_none();
    assert_string_equal(text, "index,warmup,elapsed_ns,error\n0,0,,EAGAIN\n");
    free(text);
}

static void what_it_does_not_know_is_refused(void **state)
{
    static const char *const words[MEASURING_WORDS] = { "rung=snake" };

    (void)state;
    measuring_refuses(&measure_ladder, words, -EINVAL,
                      "rung=snake: give call or pool");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rung_is_climbed),
        cmocka_unit_test(a_block_keeps_to_its_time),
        cmocka_unit_test(a_refused_thread_is_a_row),
        cmocka_unit_test(what_it_does_not_know_is_refused),
    };

    return cmocka_run_group_tests_name("ladder_measure", tests, NULL, NULL);
}
