/* A parent with memory, and writes into it: rows and columns, what is refused,
 * and that pages of the wrong size are not passed off as the right ones. */
#include "../probe/sanitizers.h"
#include "../probe/touched.h"

#include "measuring.h"
#include "refuse.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

/* ---- creation, from a parent with memory ---- */

static void a_parent_may_have_memory(void **state)
{
    static const char *const mechanisms[] = { "mechanism=fork",
                                              "mechanism=pthread" };

    (void)state;
    for (size_t i = 0; i < ROWS(mechanisms); i++) {
        const char *const words[MEASURING_WORDS] = { mechanisms[i], "samples=3",
                                                     "warmup=1",
                                                     "touched_mib=4" };
        char *text = measuring_well(&measure_creation, words);

        assert_int_equal(measuring_count(text, "\n3,0,"), 1);
        /* What was asked for as small is small, whatever the system likes. */
        assert_int_equal(
            measuring_count(text, "involuntary_switches,huge_kib\n"), 1);
        assert_string_equal(strrchr(text, ','), ",0\n");
        free(text);
        measuring_assert_alone();
    }
}

/* Nothing touched: the same table as ever. */
static void without_memory_nothing_is_new(void **state)
{
    static const char *const words[MEASURING_WORDS] = {
        "mechanism=fork", "samples=3", "touched_mib=0", "pages=huge"
    };

    (void)state;
    char *text = measuring_well(&measure_creation, words);
    assert_int_equal(measuring_count(text, "huge_kib"), 0);
    assert_int_equal(measuring_count(text, "involuntary_switches\n"), 1);
    free(text);
}

/* 1 MiB holds no huge page of any system. */
static void huge_pages_that_are_none_are_said(void **state)
{
    static const struct {
        const struct measure *measure;
        const char *words[MEASURING_WORDS];
        const char *text;
    } rows[] = {
        { &measure_creation,
          { "mechanism=fork", "touched_mib=1", "pages=huge" },
          "index,warmup,returned_ns,started_ns,reaped_ns,child_cpu,parent_cpu,"
          "error\n0,0,,,,,,not obtained\n" },
        { &measure_writing,
          { "kind=process", "touched_mib=1", "pages=huge", "writes=1" },
          "index,warmup,elapsed_ns,error\n0,0,,not obtained\n" },
    };
    static const char *const silent[MEASURING_WORDS] = {
        "mechanism=fork", "touched_mib=1", "pages=huge", "rows=none"
    };
    char message[MEASURE_MESSAGE];
    char *text;

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        text = measuring_well(rows[i].measure, rows[i].words);
        assert_string_equal(text, rows[i].text);
        free(text);
    }
    assert_int_equal(measuring_run(&measure_creation, silent, &text, message),
                     -ENODATA);
    assert_non_null(strstr(message, "cannot touch the memory asked for: "));
    free(text);
}

/* Either all of it lies in huge pages, or the row says that it does not. */
static void huge_pages_are_counted(void **state)
{
    static const char *const words[MEASURING_WORDS] = {
        "mechanism=pthread", "samples=3", "touched_mib=64", "pages=huge"
    };

    (void)state;
    char *text = measuring_well(&measure_creation, words);
    assert_true(strstr(text, ",not obtained\n") != NULL ||
                strcmp(strrchr(text, ','), ",65536\n") == 0);
    free(text);
}

/* More than there is: a row, and no crash. In a child, for the limit's sake. */
static void memory_may_be_refused(void **state)
{
    static const char *const words[MEASURING_WORDS] = { "mechanism=fork",
                                                        "touched_mib=1048576" };
    char message[MEASURE_MESSAGE];
    char *text;

    (void)state;
    if (UNDER_ASAN || UNDER_TSAN)
        skip(); /* they need terabytes of addresses themselves */
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const struct rlimit limit = { (rlim_t)1 << 30, (rlim_t)1 << 30 };

        if (setrlimit(RLIMIT_AS, &limit) != 0 ||
            measuring_run(&measure_creation, words, &text, message) != 0)
            _exit(1);
        _exit(strstr(text, "\n0,0,,,,,,ENOMEM\n") != NULL ? 0 : 2);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- writing ---- */

static void writers_of_both_kinds_are_timed(void **state)
{
    static const char *const kinds[] = { "kind=process", "kind=thread" };

    (void)state;
    for (size_t i = 0; i < ROWS(kinds); i++) {
        const char *const words[MEASURING_WORDS] = { kinds[i], "touched_mib=2",
                                                     "writes=32",
                                                     "stride_kib=64",
                                                     "samples=300" };

        /* 300 threads' writes make a byte wrap around. */
        char *text = measuring_well(&measure_writing, words);
        assert_int_equal(
            strncmp(text, "index,warmup,elapsed_ns,error\n0,1,", 34), 0);
        assert_int_equal(measuring_count(text, ",wrong content\n"), 0);
        assert_int_equal(measuring_count(text, "\n300,0,"), 1);
        assert_non_null(strstr(text, "\n\nsamples,stride_kib,huge_kib,"
                                     "huge_kib_after\n300,64,0,0\n"));
        free(text);
        measuring_assert_alone();
    }
}

static void refused_writers_are_rows(void **state)
{
    static const char *const kinds[] = { "kind=process", "kind=thread" };

    (void)state;
    for (size_t i = 0; i < ROWS(kinds); i++) {
        const char *const words[MEASURING_WORDS] = { kinds[i], "touched_mib=1",
                                                     "writes=8", "samples=4" };

        refuse_after(2, false);
        char *text = measuring_well(&measure_writing, words);
        refuse_none();
        assert_int_equal(measuring_count(text, ",,EAGAIN\n"), 3);
        free(text);
        measuring_assert_alone();
    }
}

static void refused_writers_keep_to_the_time_limit(void **state)
{
    static const char *const words[MEASURING_WORDS] = {
        "kind=process", "touched_mib=1", "writes=8",
        "samples=5000", "warmup=0",      "budget_ms=1"
    };

    (void)state;
    refuse_after(0, true);
    char *text = measuring_well(&measure_writing, words);
    refuse_none();
    assert_int_equal(measuring_count(text, ",EAGAIN\n"), 3);
    free(text);
}

static void what_cannot_be_is_refused(void **state)
{
    static const struct {
        const struct measure *measure;
        const char *words[MEASURING_WORDS];
        const char *message;
    } rows[] = {
        { &measure_creation,
          { "mechanism=fork", "pages=2m" },
          "pages=2m: give 4k or huge" },
        { &measure_writing,
          { "kind=spoon", "touched_mib=1", "writes=1" },
          "kind=spoon: give process or thread" },
        { &measure_writing,
          { "kind=thread", "touched_mib=1", "writes=1", "pages=big" },
          "pages=big: give 4k or huge" },
        { &measure_writing,
          { "kind=thread", "touched_mib=1", "writes=257" },
          "writes=257: so many, stride_kib=4 apart, do not fit into "
          "touched_mib=1" },
        { &measure_writing,
          { "kind=thread", "touched_mib=0", "writes=1" },
          "touched_mib=0: give a whole number from 1 to 1048576" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        measuring_refuses(rows[i].measure, rows[i].words, -EINVAL,
                          rows[i].message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parent_may_have_memory),
        cmocka_unit_test(without_memory_nothing_is_new),
        cmocka_unit_test(huge_pages_that_are_none_are_said),
        cmocka_unit_test(huge_pages_are_counted),
        cmocka_unit_test(memory_may_be_refused),
        cmocka_unit_test(writers_of_both_kinds_are_timed),
        cmocka_unit_test(refused_writers_are_rows),
        cmocka_unit_test(refused_writers_keep_to_the_time_limit),
        cmocka_unit_test(what_cannot_be_is_refused),
    };

    return cmocka_run_group_tests_name("memory-measure", tests, NULL, NULL);
}
