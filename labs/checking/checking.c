/* How a check starts. */
#include "checking.h"

#include "impossible.h"
#include "proc.h"
#include "sanitized.h"

#include <errno.h>
#include <fnmatch.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A name that fits none would run nothing, and nothing has no failures. */
static bool fits_any(const char *pattern, const struct CMUnitTest *tests,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fnmatch(pattern, tests[i].name, 0) == 0)
            return true;
    return false;
}

void checking_skip(const char *why)
{
    puts(why);
    skip();
    abort(); /* skip jumps, but does not say so */
}

/* After a failure nothing more is worth trying: whatever the others say is the
 * same mistake once more, or was earned by it. */
static void run_unless_spoken(void **test)
{
    if (verdict_spoken())
        skip();
    const struct CMUnitTest *const *const real = *test;
    *test = (*real)->initial_state;
    (*real)->test_func(test);
}

/* The exercise runs as the same user: without this it could write into the
 * judge's memory, or into what the judge prints. A debugger, which somebody
 * wanted, could not read either; a leak checker neither. */
static void keep_others_out(void)
{
    char text[2048];
    const char *tracer = NULL;

    if (proc_read("/proc/self/status", text, sizeof text) > 0)
        tracer = strstr(text, "\nTracerPid:\t0\n");
    if (tracer != NULL && !SANITIZED)
        prctl(PR_SET_DUMPABLE, 0);
}

static void *nothing(void *unused)
{
    return unused;
}

/* Where a child cannot have a thread (a container refuses clone3, say), a right
 * answer fails. Tried in a process of its own: a thread would leave its stack
 * behind in ours, for all trials to inherit. */
static void need_threads(void)
{
    int status;
    const pid_t pid = fork();

    if (pid == 0) {
        pthread_t thread;
        const int rc = pthread_create(&thread, NULL, nothing, NULL);
        _exit(rc != 0 ? rc : pthread_join(thread, NULL));
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        impossible("a process (fork)");
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (errno != 0)
        impossible("a thread (pthread_create)");
}

int checking_run(int argc, char **argv, const struct CMUnitTest *tests,
                 size_t count)
{
    if (argc > 2 || (argc == 2 && !fits_any(argv[1], tests, count))) {
        fprintf(stderr, "usage: %s [TEST], where TEST is one of\n", argv[0]);
        for (size_t i = 0; i < count; i++)
            fprintf(stderr, "    %s\n", tests[i].name);
        return 2;
    }
    if (argc == 2)
        cmocka_set_test_filter(argv[1]);
    keep_others_out();
    need_threads();
    const struct CMUnitTest **const real = calloc(count, sizeof(*real));
    struct CMUnitTest *const one_by_one = calloc(count, sizeof(*one_by_one));
    if (real == NULL || one_by_one == NULL)
        impossible("memory (calloc)");
    for (size_t i = 0; i < count; i++) {
        real[i] = &tests[i];
        one_by_one[i].name = tests[i].name;
        one_by_one[i].test_func = run_unless_spoken;
        one_by_one[i].initial_state = &real[i];
    }
    const int failed =
        _cmocka_run_group_tests("check", one_by_one, count, NULL, NULL);
    free(one_by_one);
    free(real);
    return failed != 0;
}
