/* Running other programs: however they end, and whatever they print, none is
 * left behind and no descriptor either. */
#define _GNU_SOURCE /* kill, sigaction */
#include "../driver/command.h"

#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LONG_S = 60 };

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
    stop = signal;
}

/* Runs the line in a shell. */
static int run_line(const char *line, double limit_s, struct command *ret,
                    struct failure *failure)
{
    char *const argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, strdup(line),
                           NULL };

    *failure = (struct failure){ "" };
    int rc = command_run(argv, limit_s, &stop, ret, failure);
    free(argv[2]);
    return rc;
}

/* After every test: no descriptor more than before, and no process, not even
 * one that is dead. The driver adopts what a program leaves behind. */
static size_t begin_descriptors;

static void assert_alone(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static bool is_dead(pid_t pid)
{
    char path[64], line[64] = "";

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return true;
    bool read = fgets(line, sizeof(line), file) != NULL;
    fclose(file);
    return !read || strstr(line, ") Z ") != NULL;
}

/* Where we cannot adopt, as under an emulator, an orphan's end is not waited
 * for, and who is process 1 may let the dead lie. */
static void assert_ended(pid_t pid)
{
    int adopts = 0;

    if (prctl(PR_GET_CHILD_SUBREAPER, &adopts) != 0 || adopts == 0)
        while (!is_dead(pid))
            usleep(1000);
    else
        assert_true(kill(pid, 0) == -1 && errno == ESRCH);
}

static int begin(void **state)
{
    (void)state;
    stop = 0;
    begin_descriptors = scratch_count("/proc/self/fd");
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_alone();
    return scratch_count("/proc/self/fd") == begin_descriptors ? 0 : -1;
}

static void its_output_is_kept(void **state)
{
    struct command command;
    struct failure failure;

    (void)state;
    assert_int_equal(run_line("echo a,b; echo noise >&2; echo 1,2", LONG_S,
                              &command, &failure),
                     0);
    assert_string_equal(command.out, "a,b\n1,2\n");
    assert_string_equal(command.err, "noise");
    free(command.out);
    assert_int_equal(run_line(":", LONG_S, &command, &failure), 0);
    assert_string_equal(command.out, "");
    free(command.out);
}

static void more_than_a_pipe_holds(void **state)
{
    struct command command;
    struct failure failure;

    (void)state;
    assert_int_equal(
        run_line("head -c 300000 /dev/zero >&2; head -c 3000000 /dev/zero |"
                 "tr '\\0' x",
                 LONG_S, &command, &failure),
        0);
    assert_int_equal(strlen(command.out), 3000000);
    assert_int_equal(strspn(command.out, "x"), 3000000);
    free(command.out);
}

static void a_failure_says_its_first_line(void **state)
{
    static const struct {
        const char *line;
        int rc;
        const char *text;
    } rows[] = {
        { "echo one >&2; echo two >&2; exit 3", -EPROTO, "one" },
        { "printf on >&2; sleep 0.05; printf 'e\\ntwo' >&2; exit 3", -EPROTO,
          "one" },
        { "echo 1,2; exit 1", -EPROTO, "sh failed and did not say why" },
        { "kill -9 $$", -EPROTO, "sh was ended by signal 9 (Killed)" },
        { "kill -11 $$", -EPROTO,
          "sh was ended by signal 11 (Segmentation fault)" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct command command;
        struct failure failure;

        assert_int_equal(run_line(rows[i].line, LONG_S, &command, &failure),
                         rows[i].rc);
        assert_string_equal(failure.text, rows[i].text);
        assert_null(command.out);
    }
}

static void endless_complaints_are_cut(void **state)
{
    struct command command;
    struct failure failure;

    (void)state;
    assert_int_equal(
        run_line("head -c 100000 /dev/zero | tr '\\0' y >&2; exit 1", LONG_S,
                 &command, &failure),
        -EPROTO);
    assert_int_equal(strspn(failure.text, "y"), strlen(failure.text));
    assert_true(strlen(failure.text) < sizeof(command.err));
}

static void programs_that_cannot_be_run(void **state)
{
    char *const missing[] = { (char[]){ "no-such-program-anywhere" }, NULL };
    char *const folder[] = { (char[]){ "/" }, NULL };
    struct command command;
    struct failure failure = { "" }, other = { "" };

    (void)state;
    /* A folder on PATH that may not be searched would be another error. */
    assert_int_equal(setenv("PATH", "/usr/bin:/bin", 1), 0);
    assert_int_equal(command_run(missing, LONG_S, &stop, &command, &failure),
                     -ENOENT);
    assert_non_null(strstr(failure.text, "no-such-program-anywhere"));
    assert_int_equal(command_run(folder, LONG_S, &stop, &command, &other),
                     -EACCES);
}

static void a_stuck_program_takes_its_children_along(void **state)
{
    struct command command;
    struct failure failure;
    char line[256];

    snprintf(line, sizeof(line), "sleep 600 & echo $! > %s; sleep 600",
             scratch_path(*state, "pid"));
    assert_int_equal(run_line(line, 0.5, &command, &failure), -ETIME);
    assert_string_equal(failure.text, "sh did not end within 0 s");

    char *text = scratch_read(*state, "pid");
    assert_non_null(text);
    pid_t orphan = (pid_t)strtol(text, NULL, 10);
    free(text);
    assert_alone();
    assert_ended(orphan);
}

/* The same when it ends well itself and its child would run on. */
static void nothing_runs_on_behind_a_program(void **state)
{
    struct command command;
    struct failure failure;

    (void)state;
    assert_int_equal(run_line("sleep 600 >/dev/null 2>&1 & echo $!", LONG_S,
                              &command, &failure),
                     0);
    pid_t orphan = (pid_t)strtol(command.out, NULL, 10);
    free(command.out);
    assert_alone();
    assert_ended(orphan);
}

static void closing_its_output_is_not_ending(void **state)
{
    struct command command;
    struct failure failure;

    (void)state;
    assert_int_equal(
        run_line("exec >&- 2>&-; sleep 600", 0.3, &command, &failure), -ETIME);
    assert_int_equal(run_line("echo 1; exec >&- 2>&-; sleep 0.2", LONG_S,
                              &command, &failure),
                     0);
    assert_string_equal(command.out, "1\n");
    free(command.out);
}

static void a_wish_to_stop_is_heard_at_once(void **state)
{
    struct command command;
    struct failure failure;

    (void)state;
    stop = SIGTERM;
    assert_int_equal(run_line("sleep 600", LONG_S, &command, &failure), -EINTR);
    assert_string_equal(failure.text, "interrupted");
}

/* SIGTERM is blocked but while the driver sleeps; so it cannot be missed. */
static void a_signal_ends_the_sleep(void **state)
{
    static const char *const lines[] = { "sleep 600",
                                         "exec >&- 2>&-; sleep 600" };
    struct sigaction action = { .sa_handler = on_signal }, before;
    sigset_t term, mask;

    (void)state;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, &mask);
    sigaction(SIGTERM, &action, &before);
    for (size_t i = 0; i < 2; i++) {
        struct command command;
        struct failure failure;

        stop = 0;
        raise(SIGTERM);
        assert_int_equal(stop, 0);
        assert_int_equal(run_line(lines[i], LONG_S, &command, &failure),
                         -EINTR);
        assert_int_equal(stop, SIGTERM);
    }
    sigaction(SIGTERM, &before, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* What we block or ignore is not handed down: a probe can be ended. */
static void the_program_has_its_signals(void **state)
{
    struct command command;
    struct failure failure;
    sigset_t term, mask;

    (void)state;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, &mask);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(
        run_line("kill -TERM $$; sleep 600", LONG_S, &command, &failure),
        -EPROTO);
    assert_string_equal(failure.text, "sh was ended by signal 15 (Terminated)");
    assert_int_equal(
        run_line("kill -PIPE $$; sleep 600", LONG_S, &command, &failure),
        -EPROTO);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

static int begin_scratch(void **state)
{
    return scratch_begin(state) == 0 ? begin(state) : -1;
}

static int end_scratch(void **state)
{
    int rc = end(state);

    return scratch_end(state) == 0 ? rc : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_output_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(more_than_a_pipe_holds, begin, end),
        cmocka_unit_test_setup_teardown(a_failure_says_its_first_line, begin,
                                        end),
        cmocka_unit_test_setup_teardown(endless_complaints_are_cut, begin, end),
        cmocka_unit_test_setup_teardown(programs_that_cannot_be_run, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            a_stuck_program_takes_its_children_along, begin_scratch,
            end_scratch),
        cmocka_unit_test_setup_teardown(nothing_runs_on_behind_a_program, begin,
                                        end),
        cmocka_unit_test_setup_teardown(closing_its_output_is_not_ending, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_wish_to_stop_is_heard_at_once, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_signal_ends_the_sleep, begin, end),
        cmocka_unit_test_setup_teardown(the_program_has_its_signals, begin,
                                        end),
    };

    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
