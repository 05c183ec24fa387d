/* granularity in the probe: tasks whose results are known twice over, every
 * kind doing the same ones, and what becomes of a refused or killed worker. */
#include "../probe/task.h"

#include "measuring.h"
#include "refuse.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
#define HEADER      "index,elapsed_ns,result,error\n"
enum { LINES = 64 };

static const char *const kinds[] = { "kind=serial", "kind=thread",
                                     "kind=process", "kind=thread-pool",
                                     "kind=process-pool" };

/* ---- Tasks ---- */

/* Worked out by hand: 1 ^ 1 << 13 is 0x2001; ^ that >> 7 is 0x2041; ^ that
 * << 17 is 0x40822041. */
static void one_step_is_known(void **state)
{
    struct task task = { .seed = 1, .steps = 1 };

    (void)state;
    task_do(&task);
    assert_int_equal(task.result, 0x40822041);
}

static void results_are_foreseen(void **state)
{
    static const uint64_t steps[] = { 0, 1, 2, 3, 63, 64, 1000, 65535, 65536 };
    static const uint64_t seeds[] = { 1, 2, 0x8000000000000000, UINT64_MAX };

    (void)state;
    for (size_t n = 0; n < ROWS(steps); n++) {
        struct task_matrix matrix;

        task_foresee(steps[n], &matrix);
        for (size_t s = 0; s < ROWS(seeds); s++) {
            struct task task = { .seed = seeds[s], .steps = steps[n] };

            task_do(&task);
            assert_true(task.result == task_expected(&matrix, seeds[s]));
            assert_true(task.result != 0);
        }
    }
}

/* ---- The measure ---- */

/* Reads "index,elapsed,result," rows; how many there are. */
static unsigned read_rows(char *text, unsigned long long results[LINES])
{
    char *rest = text + strlen(HEADER);
    unsigned rows = 0;

    assert_int_equal(strncmp(text, HEADER, strlen(HEADER)), 0);
    for (char *line;
         rows < LINES && (line = strsep(&rest, "\n")) != NULL && *line != '\0';
         rows++) {
        unsigned long long index, elapsed;
        int end = 0;

        assert_int_equal(sscanf(line, "%llu,%llu,%llu,%n", &index, &elapsed,
                                &results[rows], &end),
                         3);
        assert_int_equal(line[end], '\0');
        assert_int_equal(index, rows);
        assert_true(elapsed > 0);
    }
    return rows;
}

static void all_kinds_find_the_same(void **state)
{
    static const char *const many[] = { "tasks=1", "tasks=7" };

    (void)state;
    for (size_t m = 0; m < ROWS(many); m++) {
        unsigned long long first = 0;

        for (size_t k = 0; k < ROWS(kinds); k++) {
            const char *const words[MEASURING_WORDS] = { kinds[k], "steps=1000",
                                                         many[m], "samples=5" };
            unsigned long long results[LINES];
            char *text = measuring_well(&measure_granularity, words);

            assert_int_equal(read_rows(text, results), 5);
            for (unsigned i = 0; i < 5; i++) {
                first = first == 0 ? results[0] : first;
                assert_true(results[i] == first);
            }
            free(text);
            measuring_assert_alone();
        }
    }
}

/* One sample at least, whatever the time; and no more than are wanted. */
static void blocks_are_bounded(void **state)
{
    static const struct {
        const char *words[MEASURING_WORDS];
        unsigned least, most;
    } rows[] = {
        { { "kind=serial", "steps=3000000", "tasks=1", "samples=50",
            "budget_ms=1" },
          1,
          49 },
        { { "kind=serial", "steps=1", "tasks=1", "samples=1" }, 1, 1 },
        { { "kind=thread-pool", "steps=1", "tasks=1", "samples=3", "warmup=0" },
          3,
          3 },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        unsigned long long results[LINES];
        char *text = measuring_well(&measure_granularity, rows[i].words);

        assert_in_range(read_rows(text, results), rows[i].least, rows[i].most);
        free(text);
    }
}

static void a_refused_worker_is_a_row(void **state)
{
    static const struct {
        const char *kind;
        unsigned allowed;
        const char *last; /* the row that says so */
    } rows[] = {
        { "kind=thread", 0, "0,,,EAGAIN\n" },
        { "kind=process", 1, "0,,,EAGAIN\n" },
        { "kind=process", 2 + 3, "1,,,EAGAIN\n" },
        { "kind=thread", 2 + 2 * 3 + 1, "2,,,EAGAIN\n" },
        { "kind=thread-pool", 0, "0,,,EAGAIN\n" },
        { "kind=process-pool", 0, "0,,,EAGAIN\n" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *const words[MEASURING_WORDS] = { rows[i].kind, "steps=10",
                                                     "tasks=3", "warmup=2",
                                                     "samples=9" };

        refuse_after(rows[i].allowed, false);
        char *text = measuring_well(&measure_granularity, words);
        refuse_none();
        size_t length = strlen(rows[i].last);
        assert_true(strlen(text) >= length);
        assert_string_equal(text + strlen(text) - length, rows[i].last);
        free(text);
        measuring_assert_alone();
    }
}

/* The one child of this process; 0 when there is none (yet). */
static pid_t child_of(pid_t parent)
{
    char path[64];
    int child = 0;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent,
             (int)parent);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    if (fscanf(file, "%d", &child) != 1)
        child = 0;
    fclose(file);
    return child;
}

/* In a process that is no child of that parent any more: it would be taken for
 * one of its workers. So would the one between, until it was waited for. */
static void kill_child_of(pid_t parent)
{
    enum { TRIES = 20000 };
    const pid_t between = getpid();
    pid_t child = 0;

    if (fork() != 0)
        _exit(0);
    for (int i = 0; i < TRIES && child <= 0; i++) {
        usleep(1000);
        child = child_of(parent);
        if (child == between)
            child = 0;
    }
    if (child > 0)
        kill(child, SIGKILL);
    _exit(0);
}

/* Whoever kills the pool's worker does not leave the measure waiting. */
static void a_killed_worker_is_a_row(void **state)
{
    static const char *const words[MEASURING_WORDS] = { "kind=process-pool",
                                                        "steps=1000000000",
                                                        "tasks=999", "warmup=0",
                                                        "samples=1" };
    const pid_t probe = getpid();

    (void)state;
    if (child_of(probe) < 0)
        skip();
    const pid_t killer = fork();
    if (killer == 0)
        kill_child_of(probe);
    assert_int_equal(waitpid(killer, NULL, 0), killer);
    char *text = measuring_well(&measure_granularity, words);
    assert_string_equal(text, HEADER "0,,,ECHILD\n");
    free(text);
    measuring_assert_alone();
}

static void unknown_words_are_refused(void **state)
{
    static const struct {
        const char *words[MEASURING_WORDS];
        const char *message;
    } rows[] = {
        { { "kind=spoon", "steps=1" },
          "kind=spoon: give serial, thread, process, thread-pool or "
          "process-pool" },
        { { "kind=thread" },
          "steps=… is missing: of xorshift: how long a "
          "task is" },
        { { "kind=thread", "steps=0" },
          "steps=0: give a whole number from 1 to 1000000000" },
        { { "kind=thread", "steps=1", "tasks=0" },
          "tasks=0: give a whole number from 1 to 10000" },
        { { "kind=thread", "steps=1", "cpu=1023" },
          "cannot pin to cpu=1023; use one of those that `taskset -p $$` "
          "shows: Invalid argument" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        measuring_refuses(&measure_granularity, rows[i].words, -EINVAL,
                          rows[i].message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_step_is_known),
        cmocka_unit_test(results_are_foreseen),
        cmocka_unit_test(all_kinds_find_the_same),
        cmocka_unit_test(blocks_are_bounded),
        cmocka_unit_test(a_refused_worker_is_a_row),
        cmocka_unit_test(a_killed_worker_is_a_row),
        cmocka_unit_test(unknown_words_are_refused),
    };

    return cmocka_run_group_tests_name("granularity-measure", tests, NULL,
                                       NULL);
}
