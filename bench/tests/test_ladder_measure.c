/* The measure ladder: so many calls, so many tasks done; a pool whose thread
 * is refused is a row. */
#define _GNU_SOURCE /* open_memstream */
#include "../probe/measures.h"

#include "refuse.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS = 8 };

/* Runs the measure as probe.c does; its table goes to *ret_text. */
static int run(const char *const words[WORDS], char **ret_text, char *message)
{
    struct arguments arguments;
    struct table table = { .aligned = false };
    char *copies[WORDS];
    size_t bytes;
    int count = 0;

    while (count < WORDS && words[count] != NULL) {
        copies[count] = (char *)(uintptr_t)words[count];
        count++;
    }
    message[0] = '\0';
    table.out = open_memstream(ret_text, &bytes);
    assert_non_null(table.out);
    int rc = arguments_parse(&arguments, measure_ladder.keys, count, copies,
                             message, MEASURE_MESSAGE);
    if (rc == 0)
        rc = measure_ladder.run(&arguments, &table, message);
    assert_int_equal(fclose(table.out), 0);
    return rc;
}

static unsigned lines(const char *text)
{
    unsigned count = 0;

    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static void assert_alone(void)
{
    while (scratch_count("/proc/self/task") > 1)
        usleep(1000);
}

static void every_rung_is_climbed(void **state)
{
    static const char *const names[] = { "rung=call", "rung=pool" };
    static const char *const batches[] = { "batch=1", "batch=300" };

    (void)state;
    for (size_t n = 0; n < 2; n++)
        for (size_t b = 0; b < 2; b++) {
            const char *const words[WORDS] = { names[n], batches[b],
                                               "samples=4", "warmup=2" };
            char message[MEASURE_MESSAGE];
            char *text;

            assert_int_equal(run(words, &text, message), 0);
            assert_int_equal(
                strncmp(text, "index,warmup,elapsed_ns,error\n0,1,", 34), 0);
            assert_int_equal(lines(text), 1 + 2 + 4);
            assert_non_null(strstr(text, "\n5,0,"));
            assert_null(strstr(text, ",E"));
            free(text);
            assert_alone();
        }
}

/* Three samples at least, whatever they take; no more after that time. */
static void a_block_keeps_to_its_time(void **state)
{
    static const char *const words[WORDS] = { "rung=call", "batch=100000",
                                              "samples=10000", "warmup=0",
                                              "budget_ms=1" };
    char message[MEASURE_MESSAGE];
    char *text;

    (void)state;
    assert_int_equal(run(words, &text, message), 0);
    assert_in_range(lines(text), 1 + 3, 1 + 1000);
    free(text);
}

static void a_refused_thread_is_a_row(void **state)
{
    static const char *const words[WORDS] = { "rung=pool" };
    char message[MEASURE_MESSAGE];
    char *text;

    (void)state;
    refuse_after(0, false);
    assert_int_equal(run(words, &text, message), 0);
    refuse_none();
    assert_string_equal(text, "index,warmup,elapsed_ns,error\n0,0,,EAGAIN\n");
    free(text);
}

static void what_it_does_not_know_is_refused(void **state)
{
    static const char *const words[WORDS] = { "rung=snake" };
    char message[MEASURE_MESSAGE];
    char *text;

    (void)state;
    assert_int_equal(run(words, &text, message), -EINVAL);
    assert_string_equal(message, "rung=snake: give call or pool");
    assert_string_equal(text, "");
    free(text);
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
