/* What a student reads: each bad body earns its message, wrapped, and the exit
 * status that the labs' tests rely on; and a check that is stopped from
 * outside takes everything along. */
#define _GNU_SOURCE /* pipe2, setenv */
#include "bodies.h"
#include "checking.h"
#include "impossible.h"
#include "sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_TEXT = 16384 };

static const char *speaks; /* path of the program; cmocka hands on no more */

static pid_t start(const char *name, int out)
{
    pid_t pid = fork();

    if (pid == 0) {
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        execl(speaks, speaks, name, (char *)NULL);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

/* Runs `speaks NAME`; its status, and all it said. */
static int run(const char *name, char *ret_text)
{
    int ends[2], status, used = 0;
    ssize_t got = 1;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = start(name, ends[1]);
    close(ends[1]);
    while (used < MAX_TEXT - 1 && got > 0) {
        got = read(ends[0], ret_text + used, (size_t)(MAX_TEXT - 1 - used));
        used += got > 0 ? (int)got : 0;
    }
    ret_text[used] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* As if it were not wrapped. */
static void unwrap(const char *text, char *ret_line)
{
    bool blank = false;

    for (; *text != '\0'; text++) {
        bool is_blank = *text == ' ' || *text == '\n';
        if (!is_blank)
            *ret_line++ = *text;
        else if (!blank)
            *ret_line++ = ' ';
        blank = is_blank;
    }
    *ret_line = '\0';
}

/* The message's own lines are behind a margin; cmocka's are not. */
static void assert_narrow(const char *text)
{
    for (const char *line = text; *line != '\0';) {
        size_t bytes = strcspn(line, "\n"), columns = 0;
        for (size_t i = 0; i < bytes; i++)
            columns += ((unsigned char)line[i] & 0xc0) != 0x80;
        if (line[0] == ' ' && strncmp(line, "  |", 3) != 0 && columns > 80)
            fail_msg("%zu columns: %.*s", columns, (int)bytes, line);
        line += bytes + (line[bytes] == '\n');
    }
}

static void says(void **state)
{
    const struct bad *bad = *state;
    char text[MAX_TEXT], line[MAX_TEXT];

    int status = run(bad->name, text);
    unwrap(text, line);
    assert_int_equal(status, bad->says != NULL ? 1 : 0);
    if (bad->says != NULL && strstr(line, bad->says) == NULL)
        fail_msg("wanted: %s\n%s", bad->says, text);
    assert_narrow(text);
}

static void shows_print_and_seed(void **state)
{
    char text[MAX_TEXT];

    (void)state;
    setenv("LAB_SEED", "4711", 1);
    assert_int_equal(run("chatters", text), 1);
    unsetenv("LAB_SEED");
    assert_non_null(strstr(text, "  | a line\n  | no end?[31m"));
    assert_non_null(strstr(text, " and 971 bytes more\n"));
    assert_non_null(strstr(text, "LAB_SEED=4711 "));
    assert_non_null(strstr(text, "words “in quotation marks”\n  at"));
    assert_narrow(text);
}

static void unknown_test_is_an_error(void **state)
{
    char text[MAX_TEXT];

    (void)state;
    assert_int_equal(run("nobody", text), 2);
}

static void skips_when_the_machine_fails(void **state)
{
    char text[MAX_TEXT];

    (void)state;
    setenv("TMPDIR", "/dev/null", 1);
    assert_int_equal(run("comes_back", text), 77);
    unsetenv("TMPDIR");
    assert_non_null(strstr(text, "SKIP: this machine cannot check"));
}

/* meson's time limit, or Ctrl-C. */
static void takes_the_trial_along(void **state)
{
    int ends[2], status, sitting = 0;
    char text[32] = "";

    (void)state;
    assert_int_equal(pipe(ends), 0);
    snprintf(text, sizeof text, "%d", ends[1]);
    setenv("SPEAKS_TO", text, 1);
    pid_t judge = start("sits_there", STDOUT_FILENO);
    close(ends[1]);
    assert_true(read(ends[0], text, sizeof text - 1) > 0);
    sitting = atoi(text);
    assert_int_equal(kill(sitting, 0), 0);
    kill(judge, SIGTERM);
    assert_int_equal(waitpid(judge, &status, 0), judge);
    close(ends[0]);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    assert_int_equal(kill(sitting, 0), -1);
    assert_int_equal(errno, ESRCH);
}

enum { MAX_TESTS = 80 };

static int add_tests(struct CMUnitTest *tests, int n, const struct bad *rows)
{
    for (; rows->name != NULL && n < MAX_TESTS; rows++) {
        if (SANITIZED && rows->not_under_sanitizer)
            continue;
        bool good = rows->how == TRIAL_RETURNED;
        if (rows->says == NULL && !good)
            continue; /* the same message as another row's */
        tests[n++] =
            (struct CMUnitTest){ .name = rows->name,
                                 .test_func = says,
                                 .initial_state = (void *)(uintptr_t)rows };
    }
    return n;
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[MAX_TESTS] = {
        cmocka_unit_test(shows_print_and_seed),
        cmocka_unit_test(unknown_test_is_an_error),
        cmocka_unit_test(skips_when_the_machine_fails),
        cmocka_unit_test(takes_the_trial_along),
    };
    int n = 4;

    if (argc < 2)
        return EXIT_FAILURE;
    impossible_if_emulated();
    speaks = argv[1];
    n = add_tests(tests, n, bad_endings);
    n = add_tests(tests, n, bad_waiting);
    n = add_tests(tests, n, bad_left);
    return checking_run(argc - 1, argv + 1, tests, (size_t)n);
}
