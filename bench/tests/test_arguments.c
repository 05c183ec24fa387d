/* The probe's words: key=value against a table, errors by their names, and
 * tables for programs and for people. */
#define _GNU_SOURCE /* open_memstream */
#include "../probe/arguments.h"
#include "../probe/errors.h"
#include "../probe/measures.h"
#include "../probe/pin.h"
#include "../probe/table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { WORDS = 4 };

static const struct key keys[] = {
    { "mechanism", NULL, 0, 0, "`probe list mechanisms` shows them all" },
    { "samples", "20", 1, 1000, "how many" },
    { "cpu", "-1", -1, 1023, "where" },
    { NULL, NULL, 0, 0, NULL },
};

static int parse(const char *const words[WORDS], struct arguments *ret,
                 char *message)
{
    char *copies[WORDS];
    int count = 0;

    while (count < WORDS && words[count] != NULL) {
        copies[count] = (char *)(uintptr_t)words[count];
        count++;
    }
    message[0] = '\0';
    return arguments_parse(ret, keys, count, copies, message, MEASURE_MESSAGE);
}

static void words_are_read_in_any_order(void **state)
{
    static const char *const words[WORDS] = { "cpu=3", "samples=1000",
                                              "mechanism=a=b" };
    static const char *const few[WORDS] = { "mechanism=", "samples=7",
                                            "samples=8" };
    struct arguments arguments;
    char message[MEASURE_MESSAGE];

    (void)state;
    assert_int_equal(parse(words, &arguments, message), 0);
    assert_int_equal(arguments_number(&arguments, "cpu"), 3);
    assert_int_equal(arguments_number(&arguments, "samples"), 1000);
    assert_string_equal(arguments_word(&arguments, "mechanism"), "a=b");

    assert_int_equal(parse(few, &arguments, message), 0);
    assert_int_equal(arguments_number(&arguments, "cpu"), -1);
    assert_int_equal(arguments_number(&arguments, "samples"), 8);
    assert_string_equal(arguments_word(&arguments, "mechanism"), "");
}

static void what_is_refused(void **state)
{
    static const struct {
        const char *words[WORDS];
        const char *message;
    } rows[] = {
        { { NULL },
          "mechanism=… is missing: `probe list mechanisms` shows "
          "them all" },
        { { "mechanism=x", "sample=1" },
          "sample=1: give key=value; the keys are mechanism, samples, cpu" },
        { { "mechanism=x", "samples" },
          "samples: give key=value; the keys are mechanism, samples, cpu" },
        { { "=1" },
          "=1: give key=value; the keys are mechanism, samples, "
          "cpu" },
        { { "" }, ": give key=value; the keys are mechanism, samples, cpu" },
        { { "samples=0" }, "samples=0: give a whole number from 1 to 1000" },
        { { "samples=-5" }, "samples=-5: give a whole number from 1 to 1000" },
        { { "samples=1001" },
          "samples=1001: give a whole number from 1 to 1000" },
        { { "samples=99999999999999999999" },
          "samples=99999999999999999999: give a whole number from 1 to 1000" },
        { { "samples=" }, "samples=: give a whole number from 1 to 1000" },
        { { "samples=ten" },
          "samples=ten: give a whole number from 1 to 1000" },
        { { "samples=1.5" },
          "samples=1.5: give a whole number from 1 to 1000" },
        { { "samples=10 " },
          "samples=10 : give a whole number from 1 to 1000" },
        { { "cpu=-2" }, "cpu=-2: give a whole number from -1 to 1023" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct arguments arguments;
        char message[MEASURE_MESSAGE];

        assert_int_equal(parse(rows[i].words, &arguments, message), -EINVAL);
        assert_string_equal(message, rows[i].message);
    }
}

static void long_words_do_not_overflow(void **state)
{
    char word[4096];
    const char *words[WORDS] = { word };
    struct arguments arguments;
    char message[MEASURE_MESSAGE];

    (void)state;
    memset(word, '9', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    assert_int_equal(parse(words, &arguments, message), -EINVAL);
    memcpy(word, "samples=", 8);
    assert_int_equal(parse(words, &arguments, message), -EINVAL);
    assert_true(strlen(message) < 200);
}

/* Each measure's table fits the arguments that hold it. */
static void measures_have_sound_tables(void **state)
{
    const struct measure *const measures[] = { &measure_creation,
                                               &measure_speedup };

    (void)state;
    for (size_t i = 0; i < ROWS(measures); i++) {
        const struct key *key = measures[i]->keys;

        for (; key->name != NULL; key++) {
            assert_string_not_equal(key->help, "");
            assert_true(key->min <= key->max);
            if (key->fallback != NULL && key->max != 0) {
                long value = strtol(key->fallback, NULL, 10);

                assert_in_range(value - key->min, 0, key->max - key->min);
            }
        }
        assert_true(key - measures[i]->keys <= ARGUMENTS_MAX);
    }
}

static void errors_have_names(void **state)
{
    char message[MEASURE_MESSAGE], name[2 * MEASURE_MESSAGE];

    (void)state;
    assert_string_equal(error_name(0), "");
    assert_string_equal(error_name(EAGAIN), "EAGAIN");
    assert_string_equal(error_name(EPROTO), "EPROTO");
    assert_string_equal(error_name(4095), "E4095");
    assert_int_equal(error_say(message, ENOENT, "no %s", "cat"), -ENOENT);
    assert_string_equal(message, "no cat: No such file or directory");

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(error_say(message, EIO, "%s", name), -EIO);
    assert_int_equal(strlen(message), MEASURE_MESSAGE - 1);
}

static void tables_are_for_programs_or_people(void **state)
{
    static const char *const texts[] = {
        "index,us,error\n0,1.500,\n18446744073709551615,,EAGAIN\n",
        "     index          us       error\n"
        "         0       1.500            \n"
        "18446744073709551615           -      EAGAIN\n",
    };

    (void)state;
    for (int aligned = 0; aligned <= 1; aligned++) {
        char *text;
        size_t bytes;
        struct table table = { .out = open_memstream(&text, &bytes),
                               .aligned = aligned };

        table_begin(&table, "index,us,error");
        table_number(&table, 0);
        table_real(&table, 1.5);
        table_text(&table, "");
        table_end(&table);
        table_number(&table, UINT64_MAX);
        table_empty(&table);
        table_text(&table, "EAGAIN");
        table_end(&table);
        assert_int_equal(fclose(table.out), 0);
        assert_string_equal(text, texts[aligned]);
        free(text);
    }
}

static void a_cpu_that_is_not_there_is_told(void **state)
{
    static const char *const words[][WORDS] = { { "mechanism=x" },
                                                { "mechanism=x", "cpu=1023" } };
    struct arguments arguments;
    char message[MEASURE_MESSAGE];

    (void)state;
    assert_int_equal(parse(words[0], &arguments, message), 0);
    assert_int_equal(pin_as_asked(&arguments, message), 0);
    assert_string_equal(message, "");

    assert_int_equal(parse(words[1], &arguments, message), 0);
    assert_int_equal(pin_as_asked(&arguments, message), -EINVAL);
    assert_string_equal(message,
                        "cannot pin to cpu=1023; use one of those that "
                        "`taskset -p $$` shows: Invalid argument");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read_in_any_order),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(long_words_do_not_overflow),
        cmocka_unit_test(measures_have_sound_tables),
        cmocka_unit_test(errors_have_names),
        cmocka_unit_test(a_cpu_that_is_not_there_is_told),
        cmocka_unit_test(tables_are_for_programs_or_people),
    };

    return cmocka_run_group_tests_name("arguments", tests, NULL, NULL);
}
