/* Bodies that end in some wrong way: crash, exit, run on, never stop. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "bodies.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* UBSan would say it in its own way, before it happens. */
#define UNDEFINED __attribute__((no_sanitize("undefined")))

static int *volatile null_pointer;
static volatile int zero, one = 1;

static long comes_back(void *facts)
{
    (void)facts;
    return 42;
}

UNDEFINED static long reads_null(void *facts)
{
    (void)facts;
    return *null_pointer;
}

/* No address: its upper bits are neither all set nor all clear, as those of
 * memory that was filled with text. Other processors know no such thing. */
UNDEFINED static long reads_nowhere(void *facts)
{
    (void)facts;
#if defined __x86_64__
    int *volatile nowhere = (int *)0x4141414141414141;
    return *nowhere;
#else
    return *null_pointer;
#endif
}

UNDEFINED static long measures_null(void *facts)
{
    (void)facts;
    return (long)strlen((const char *)null_pointer);
}

UNDEFINED static long divides_by_zero(void *facts)
{
    (void)facts;
#if defined __aarch64__ /* its processor gives 0 */
    raise(SIGFPE);
#endif
    return one / zero;
}

static long aborts(void *facts)
{
    (void)facts;
    abort();
}

UNDEFINED static long recurses(void *facts)
{
    volatile char room[4096];

    room[0] = 0;
    return zero != 0 ? 0 : recurses(facts) + room[0];
}

UNDEFINED static void *crash_in_thread(void *arg)
{
    (void)arg;
    *null_pointer = 1;
    return NULL;
}

static long crashes_in_thread(void *facts)
{
    pthread_t thread;

    (void)facts;
    pthread_create(&thread, NULL, crash_in_thread, NULL);
    pthread_join(thread, NULL);
    return 0;
}

/* To where nothing is: a pointer to a function that was never filled. */
static void *jump_in_thread(void *nowhere)
{
    void *(*function)(void *);

    memcpy(&function, &nowhere, sizeof function);
    return function(NULL);
}

static long jumps_in_thread(void *facts)
{
    enum { BYTES = 65536 };
    void *nowhere =
        mmap(NULL, BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_t thread;

    (void)facts;
    pthread_create(&thread, NULL, jump_in_thread, nowhere);
    pthread_join(thread, NULL);
    return 0;
}

static long child_crashes(void *facts)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        crash_in_thread(facts);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static long kills_itself(void *facts)
{
    (void)facts;
    kill(getpid(), SIGKILL);
    return 0;
}

static long calls_exit(void *facts)
{
    (void)facts;
    exit(3);
}

static long calls_exit_0(void *facts)
{
    (void)facts;
    exit(0);
}

static long calls__exit(void *facts)
{
    (void)facts;
    _exit(4);
}

static void *exit_in_thread(void *arg)
{
    (void)arg;
    exit(5);
}

static long exits_in_thread(void *facts)
{
    pthread_t thread;

    (void)facts;
    pthread_create(&thread, NULL, exit_in_thread, NULL);
    pthread_join(thread, NULL);
    return 0;
}

static long ends_only_thread(void *facts)
{
    (void)facts;
    pthread_exit(NULL);
}

static long child_calls_exit(void *facts)
{
    pid_t pid = fork();

    (void)facts;
    if (pid == 0)
        exit(0);
    waitpid(pid, NULL, 0);
    return 42;
}

static long child_runs_on(void *facts)
{
    pid_t pid = fork();

    (void)facts;
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return 42;
}

static long three_run_on(void *facts)
{
    (void)facts;
    pid_t first = fork();
    pid_t second = fork();

    if (second > 0)
        waitpid(second, NULL, 0);
    if (first > 0)
        waitpid(first, NULL, 0);
    return 42;
}

static long steps_for_ever(void *facts)
{
    (void)facts;
    while (zero == 0)
        trial_step();
    return 0;
}

static long multiplies(void *facts)
{
    (void)facts;
    for (int i = 0; i < 150; i++)
        if (fork() == 0)
            pause();
    pause();
    return 0;
}

static long multiplies_elsewhere(void *facts)
{
    (void)facts;
    setsid(); /* refused: it leads a group */
    for (int i = 0; i < 7; i++)
        if (fork() == 0)
            setsid();
    pause();
    return 0;
}

static long prints_for_ever(void *facts)
{
    (void)facts;
    while (zero == 0)
        puts("once more");
    return 0;
}

static long computes_for_ever(void *facts)
{
    (void)facts;
    for (volatile long i = 0; zero == 0; i++)
        continue;
    return 0;
}

static long eats_memory(void *facts)
{
    static void *volatile eaten; /* or clang eats nothing, for ever */
    long eaten_mib = 0;

    (void)facts;
    while ((eaten = malloc(1024 * 1024)) != NULL)
        eaten_mib++;
    return eaten_mib > 300 ? -1 : 42;
}

const struct bad bad_endings[] = {
    { .name = "comes_back", .body = comes_back, .how = TRIAL_RETURNED },
    { .name = "child_calls_exit",
      .body = child_calls_exit,
      .how = TRIAL_RETURNED },
    { .name = "reads_null",
      .body = reads_null,
      .how = TRIAL_CRASHED,
      .signal = SIGSEGV,
      .says = "SIGSEGV, at bodies.c:" },
    { .name = "reads_nowhere",
      .body = reads_nowhere,
      .how = TRIAL_CRASHED,
      .signal = SIGSEGV,
#if defined __x86_64__
      .says = "a pointer that can be no address",
#endif
      .not_under_sanitizer = true },
    { .name = "measures_null",
      .body = measures_null,
      .how = TRIAL_CRASHED,
      .signal = SIGSEGV,
      .says = "was NULL, or nearly",
      .not_under_sanitizer = true },
    { .name = "divides_by_zero",
      .body = divides_by_zero,
      .how = TRIAL_CRASHED,
      .signal = SIGFPE,
      .says = "divided by zero" },
    { .name = "aborts",
      .body = aborts,
      .how = TRIAL_CRASHED,
      .signal = SIGABRT,
      .says = "SIGABRT, at bodies.c:" },
    { .name = "recurses",
      .body = recurses,
      .how = TRIAL_CRASHED,
      .signal = SIGSEGV,
      .says = "SIGSEGV" },
    { .name = "crashes_in_thread",
      .body = crashes_in_thread,
      .how = TRIAL_CRASHED,
      .signal = SIGSEGV,
      .says = "in a thread that it had started" },
    { .name = "jumps_in_thread",
      .body = jumps_in_thread,
      .how = TRIAL_CRASHED,
      .signal = SIGSEGV,
      .says = "in a thread that it had started" },
    { .name = "child_crashes", .body = child_crashes, .how = TRIAL_RETURNED },
    { .name = "kills_itself",
      .body = kills_itself,
      .how = TRIAL_CRASHED,
      .signal = SIGKILL,
      .says = "SIGKILL" },
    { .name = "calls_exit",
      .body = calls_exit,
      .how = TRIAL_EXITED,
      .status = 3,
      .says = "called exit(3)" },
    { .name = "calls_exit_0",
      .body = calls_exit_0,
      .how = TRIAL_EXITED,
      .says = "caller never gets an answer" },
    { .name = "calls__exit",
      .body = calls__exit,
      .how = TRIAL_EXITED,
      .status = 4,
      .says = "called _exit(4)" },
    { .name = "exits_in_thread",
      .body = exits_in_thread,
      .how = TRIAL_EXITED,
      .status = 5,
      .says = "called exit(5)" },
    { .name = "ends_only_thread",
      .body = ends_only_thread,
      .how = TRIAL_EXITED,
      .says = "its last thread" },
    { .name = "child_runs_on",
      .body = child_runs_on,
      .how = TRIAL_RETURNED,
      .ran_on = 1,
      .says = "1 forked child came back" },
    { .name = "three_run_on",
      .body = three_run_on,
      .how = TRIAL_RETURNED,
      .ran_on = 3,
      .says = "3 forked children came back" },
    { .name = "steps_for_ever",
      .body = steps_for_ever,
      .how = TRIAL_ENDLESS,
      .says = "does not end" },
    { .name = "multiplies",
      .body = multiplies,
      .how = TRIAL_CROWDED,
      .limits = { .tasks = 40 },
      .says = "more and more" },
    { .name = "multiplies_elsewhere",
      .body = multiplies_elsewhere,
      .how = TRIAL_CROWDED,
      .limits = { .tasks = 40 },
      .says = "more and more" },
    { .name = "prints_for_ever",
      .body = prints_for_ever,
      .how = TRIAL_CRASHED,
      .signal = SIGXFSZ,
      .limits = { .file_mib = 1, .spin_ms = 20000 },
      .says = "SIGXFSZ" },
    { .name = "computes_for_ever",
      .body = computes_for_ever,
      .how = TRIAL_CRASHED,
      .signal = SIGXCPU,
      .limits = { .cpu_s = 1, .spin_ms = 20000 },
      .says = "SIGXCPU" },
    { .name = "eats_memory",
      .body = eats_memory,
      .how = TRIAL_RETURNED,
      .limits = { .memory_mib = 300, .spin_ms = 20000 },
      .not_under_sanitizer = true },
    { .name = NULL },
};
