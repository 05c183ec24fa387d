/* Bodies that wait: for what never comes (stuck, spinning), and, which must
 * not be mistaken for it, for what takes long. */
#define _GNU_SOURCE /* nanosleep, SIGSTOP */
#include "bodies.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void nap(long ms)
{
    nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

static long locks_twice(void *facts)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    (void)facts;
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
    return 0;
}

static pthread_mutex_t left_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both_hold;

static void *take_right(void *arg)
{
    pthread_mutex_lock(&right_lock);
    pthread_barrier_wait(&both_hold);
    pthread_mutex_lock(&left_lock);
    return arg;
}

static long locks_crosswise(void *facts)
{
    pthread_t thread;

    pthread_barrier_init(&both_hold, NULL, 2);
    pthread_create(&thread, NULL, take_right, facts);
    pthread_mutex_lock(&left_lock);
    pthread_barrier_wait(&both_hold);
    pthread_mutex_lock(&right_lock);
    return 0;
}

static long reads_its_own_pipe(void *facts)
{
    int ends[2];
    char byte;

    (void)facts;
    return pipe(ends) != 0 ? -1 : read(ends[0], &byte, 1);
}

static long fills_a_pipe(void *facts)
{
    static const char page[4096];
    int ends[2];

    (void)facts;
    if (pipe(ends) != 0)
        return -1;
    while (write(ends[1], page, sizeof page) > 0)
        continue;
    return 0;
}

static long waits_for_sleeper(void *facts)
{
    pid_t pid = fork();

    (void)facts;
    if (pid == 0)
        for (;;)
            pause();
    return waitpid(pid, NULL, 0);
}

static long stops_itself(void *facts)
{
    (void)facts;
    raise(SIGSTOP);
    return 0;
}

static void *pause_for_ever(void *arg)
{
    for (;;)
        pause();
    return arg;
}

static long main_thread_leaves(void *facts)
{
    pthread_t thread;

    pthread_create(&thread, NULL, pause_for_ever, facts);
    pthread_exit(NULL);
}

static atomic_int never;

static long spins(void *facts)
{
    (void)facts;
    while (atomic_load(&never) == 0)
        continue;
    return 0;
}

static long yields(void *facts)
{
    (void)facts;
    while (atomic_load(&never) == 0)
        sched_yield();
    return 0;
}

static long polls(void *facts)
{
    (void)facts;
    while (atomic_load(&never) == 0)
        nap(1);
    return 0;
}

/* Its parent's memory is on loan meanwhile, so the parent waits, too. */
static long lends_to_a_waiter(void *facts)
{
    (void)facts;
    const pid_t child = vfork();
    if (child == 0)
        for (;;)
            pause();
    return 0;
}

static long polls_slowly(void *facts)
{
    (void)facts;
    while (atomic_load(&never) == 0)
        nap(300);
    return 0;
}

static void *spin_in_thread(void *arg)
{
    spins(arg);
    return NULL;
}

static long waits_for_spinner(void *facts)
{
    pthread_t thread;

    pthread_create(&thread, NULL, spin_in_thread, facts);
    return pthread_join(thread, NULL);
}

static long sleeps_long(void *facts)
{
    (void)facts;
    sleep(100);
    return 0;
}

/* Right, if slow: none of these must be called stuck. */

/* Its naps while the child works are no poll in vain, nor is the one after. */
static long polls_a_worker(void *facts)
{
    const struct timespec short_nap = { .tv_nsec = 50000 };
    const pid_t child = fork();

    (void)facts;
    if (child == 0) {
        while (clock() < CLOCKS_PER_SEC / 20)
            continue;
        _exit(0);
    }
    while (waitpid(child, NULL, WNOHANG) == 0)
        nanosleep(&short_nap, NULL);
    nap(20);
    return 0;
}

static long naps(void *facts)
{
    (void)facts;
    nap(300);
    return 42;
}

static long computes_a_while(void *facts)
{
    struct timespec start, now;

    (void)facts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while ((now.tv_sec - start.tv_sec) * 1000000000 + now.tv_nsec -
               start.tv_nsec <
           10000000);
    return 42;
}

static void answer(int from, int to)
{
    char byte;

    while (read(from, &byte, 1) == 1)
        if (write(to, &byte, 1) != 1)
            break;
    _exit(0);
}

/* Always one of the two is about to wake the other. */
static long plays_ping_pong(void *facts)
{
    int there[2], back[2];
    char byte = 0;

    (void)facts;
    if (pipe(there) != 0 || pipe(back) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(there[1]);
        answer(there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);
    for (int i = 0; i < 1000; i++)
        if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
            return -1;
    close(there[1]);
    close(back[0]);
    waitpid(pid, NULL, 0);
    return 42;
}

static pthread_mutex_t court = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ball_came = PTHREAD_COND_INITIALIZER;
static int ball;

static void rally(int mine)
{
    pthread_mutex_lock(&court);
    for (int i = 0; i < 1000; i++) {
        while (ball != mine)
            pthread_cond_wait(&ball_came, &court);
        ball = 1 - mine;
        pthread_cond_signal(&ball_came);
    }
    pthread_mutex_unlock(&court);
}

static void *rally_back(void *arg)
{
    rally(1);
    return arg;
}

static long plays_tennis(void *facts)
{
    pthread_t thread;

    pthread_create(&thread, NULL, rally_back, facts);
    rally(0);
    pthread_join(thread, NULL);
    return 42;
}

static long starts_one_by_one(void *facts)
{
    (void)facts;
    for (int i = 0; i < 100; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(0);
        waitpid(pid, NULL, 0);
    }
    return 42;
}

const struct bad bad_waiting[] = {
    { .name = "locks_twice",
      .body = locks_twice,
      .how = TRIAL_STUCK,
      .seen = "the main thread waits for a lock, condition or join",
      .says = "who should have woken whom?" },
    { .name = "locks_crosswise",
      .body = locks_crosswise,
      .how = TRIAL_STUCK,
      .left = { .threads = 1 },
      .seen = "waits for a lock, condition or join (futex); thread " },
    { .name = "reads_its_own_pipe",
      .body = reads_its_own_pipe,
      .how = TRIAL_STUCK,
      .seen = "waits for input (read)",
      .says = "See pipe(7)" },
    { .name = "fills_a_pipe",
      .body = fills_a_pipe,
      .how = TRIAL_STUCK,
      .seen = "waits for output (write)",
      .says = "pipe that is full" },
    { .name = "waits_for_sleeper",
      .body = waits_for_sleeper,
      .how = TRIAL_STUCK,
      .left = { .processes = 1 },
      .seen = "waits for a child (wait)",
      .says = "when the child has ended, not before" },
    { .name = "lends_to_a_waiter",
      .body = lends_to_a_waiter,
      .how = TRIAL_STUCK,
      .left = { .processes = 1 },
      .seen = "a child's exec or end",
      .not_under_sanitizer = true /* whose vfork() may be a fork() */ },
    { .name = "stops_itself", .body = stops_itself, .how = TRIAL_STUCK },
    { .name = "main_thread_leaves",
      .body = main_thread_leaves,
      .how = TRIAL_STUCK,
      .left = { .threads = 1 },
      .seen = "main thread has ended" },
    { .name = "spins",
      .body = spins,
      .how = TRIAL_SPINNING,
      .seen = "runs and runs",
      .says = "again and again" },
    { .name = "yields",
      .body = yields,
      .how = TRIAL_SPINNING,
      .says = "again and again" },
    { .name = "polls_slowly",
      .body = polls_slowly,
      .how = TRIAL_SPINNING,
      .limits = { .spin_ms = 30 },
      .seen = "the clock (sleep)",
      .says = "again and again" },
    { .name = "polls",
      .body = polls,
      .how = TRIAL_SPINNING,
      .says = "again and again" },
    { .name = "waits_for_spinner",
      .body = waits_for_spinner,
      .how = TRIAL_SPINNING,
      .left = { .threads = 1 },
      .seen = "runs and runs" },
    { .name = "sleeps_long",
      .body = sleeps_long,
      .how = TRIAL_TOO_LONG,
      .limits = { .wall_s = 1 },
      .says = "Sleeping is no way" },
    { .name = "naps", .body = naps, .how = TRIAL_RETURNED },
    { .name = "polls_a_worker", .body = polls_a_worker, .how = TRIAL_RETURNED },
    { .name = "computes_a_while",
      .body = computes_a_while,
      .how = TRIAL_RETURNED },
    { .name = "plays_ping_pong",
      .body = plays_ping_pong,
      .how = TRIAL_RETURNED },
    { .name = "plays_tennis", .body = plays_tennis, .how = TRIAL_RETURNED },
    { .name = "starts_one_by_one",
      .body = starts_one_by_one,
      .how = TRIAL_RETURNED },
    { .name = NULL },
};
