/* Every bad body is recognised, and nothing of it is left afterwards: no
 * process, no zombie, no folder. The tests are made from the tables. */
#define _GNU_SOURCE /* setenv, mkdtemp */
#include "bodies.h"
#include "checking.h"
#include "proc.h"
#include "sanitized.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* TMPDIR is a new folder of ours: the trial's folders would be in it. */
static void assert_nothing_left(void)
{
    pid_t pids[8];
    assert_int_equal(proc_descendants(pids, 8), 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);

    DIR *folder = opendir(getenv("TMPDIR"));
    int entries = 0;
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        entries++;
    closedir(folder);
    assert_int_equal(entries, 2); /* . and .. */
}

static void recognised(void **state)
{
    const struct bad *bad = *state;
    bool a_clock_ends_it = bad->limits.cpu_s > 0 || bad->limits.wall_s > 0;
    if (SANITIZED && bad->not_under_sanitizer)
        skip();
    if (a_clock_ends_it && getenv("TRIALS_QUICK") != NULL)
        skip();

    int handles_before[64], handles_after[64];
    int open_before = proc_handles(getpid(), handles_before, 64);
    const struct trial trial = { .body = bad->body, .limits = bad->limits };
    const struct outcome o = trial_run(&trial);

    assert_string_equal(verdict_end_name(o.how), verdict_end_name(bad->how));
    assert_int_equal(o.signal, bad->signal);
    assert_int_equal(o.status, bad->status);
    assert_int_equal(o.ran_on, bad->ran_on);
    if (bad->how != TRIAL_CROWDED) {
        assert_int_equal(o.left.threads, bad->left.threads);
        assert_int_equal(o.left.processes, bad->left.processes);
        assert_int_equal(o.left.other_session, bad->left.other_session);
        assert_int_equal(o.left.zombies, bad->left.zombies);
    }
    assert_int_equal(o.handles_left, bad->handles);
    assert_int_equal(o.files_left, bad->files);
    /* What a task waits for is not known where the kernel does not tell. */
    if (bad->seen != NULL && getenv("LAB_BLIND") == NULL &&
        strstr(o.census, bad->seen) == NULL)
        fail_msg("census: %s", o.census);
    assert_nothing_left();
    assert_int_equal(proc_handles(getpid(), handles_after, 64), open_before);
}

static void results_come_back(void **state)
{
    const struct trial trial = { .body = bad_endings[0].body };

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(trial_run(&trial).result, 42);
}

enum { MAX_TESTS = 80 };

static int add_tests(struct CMUnitTest *tests, int n, const struct bad *rows)
{
    for (; rows->name != NULL && n < MAX_TESTS; rows++)
        tests[n++] =
            (struct CMUnitTest){ .name = rows->name,
                                 .test_func = recognised,
                                 .initial_state = (void *)(uintptr_t)rows };
    return n;
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[MAX_TESTS] = {
        cmocka_unit_test(results_come_back),
    };
    char folder[] = "/tmp/trials-XXXXXX";
    int n = 1;

    if (mkdtemp(folder) == NULL || setenv("TMPDIR", folder, 1) != 0)
        return EXIT_FAILURE;
    n = add_tests(tests, n, bad_endings);
    n = add_tests(tests, n, bad_waiting);
    n = add_tests(tests, n, bad_left);
    int rc = checking_run(argc, argv, tests, (size_t)n);
    rmdir(folder);
    return rc;
}
