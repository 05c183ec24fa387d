/* A toy interpreter with one big lock: whoever executes instructions holds it,
 * and lets it go now and then, so that others get their turn. Two workers run
 * the same program: one after the other, as processes, as threads. Notice, in
 * each row, how many times as fast that is, and how many were at it at the same
 * time. (With a file's name as argument: the same as CSV.) */
#define _GNU_SOURCE /* sched_getaffinity */
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 2, TURN = 200000, WAIT_MS = 5, ROUNDS = 8, SKIP = 77 };
enum { ALONE, PROCESS, THREAD, KINDS };

/* Programs. Each worker has one register, a counter. */
enum { DOWN, AGAIN_UNLESS_0, WAIT, WAIT_WITH_LOCK, END };
static const char computing[] = { DOWN, AGAIN_UNLESS_0, END };
static const char letting_go[] = { WAIT, DOWN, AGAIN_UNLESS_0, END };
static const char keeping[] = { WAIT_WITH_LOCK, DOWN, AGAIN_UNLESS_0, END };

static struct row {
    const char *name, *program;
    long counter, instructions; /* of one worker */
    double fastest_s[KINDS];
    int at_once[KINDS];
} rows[] = {
    { "computing", computing, 2000000, 4000000, { 0 }, { 0 } },
    { "waiting without lock", letting_go, 2, 6, { 0 }, { 0 } },
    { "waiting with lock", keeping, 2, 6, { 0 }, { 0 } },
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* The interpreter: its state, and one lock for all of it. Threads share both; a
 * child process has a copy of both. */
static pthread_mutex_t big_lock = PTHREAD_MUTEX_INITIALIZER;
static long executed;
static const struct row *row; /* what is run */

/* For the table only: are two at the same place at the same time? Children
 * share this. */
static struct seen {
    struct place {
        atomic_int now, most;
    } executing, waiting;
} * seen;

static void enter(struct place *place)
{
    if (++place->now == WORKERS)
        place->most = WORKERS;
}

static void take_lock(void)
{
    pthread_mutex_lock(&big_lock);
    enter(&seen->executing);
}

static void let_lock_go(void)
{
    seen->executing.now--;
    pthread_mutex_unlock(&big_lock);
}

static void wait_a_while(void)
{
    enter(&seen->waiting);
    nanosleep(&(struct timespec){ .tv_nsec = WAIT_MS * 1000000 }, NULL);
    seen->waiting.now--;
}

/* What every worker does. Not inlined: the same code for all of them. */
static __attribute__((noinline)) void *interpret(void *unused)
{
    long counter = row->counter;
    take_lock();
    for (const char *at = row->program; *at != END; at++) {
        if (++executed % TURN == 0) {
            let_lock_go();
            take_lock();
        }
        switch (*at) {
        case DOWN:
            counter--;
            break;
        case AGAIN_UNLESS_0:
            at = counter == 0 ? at : row->program - 1;
            break;
        case WAIT:
            let_lock_go();
            wait_a_while();
            take_lock();
            break;
        case WAIT_WITH_LOCK:
            wait_a_while();
            break;
        }
    }
    let_lock_go();
    return unused;
}

static void one_after_the_other(void)
{
    for (int i = 0; i < WORKERS; i++)
        interpret(NULL);
}

static void as_processes(void)
{
    pid_t children[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        children[i] = fork();
        if (children[i] < 0)
            err(SKIP, "fork");
        if (children[i] == 0) {
            interpret(NULL);
            _exit(executed == row->instructions ? 0 : 1);
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        int status;
        if (waitpid(children[i], &status, 0) < 0 || status != 0)
            errx(EXIT_FAILURE, "child %d did not end as it should", i);
    }
}

static void as_threads(void)
{
    pthread_t threads[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&threads[i], NULL, interpret, NULL) != 0)
            errx(SKIP, "pthread_create: no thread %d", i);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Runs one row's program once. How long that takes is no reason to fail; two
 * threads with the one lock, or an instruction too few, are. */
static void run(struct row *of, int kind)
{
    static void (*const as[KINDS])(void) = { one_after_the_other, as_processes,
                                             as_threads };
    row = of;
    executed = 0;
    *seen = (struct seen){ .executing.most = 1, .waiting.most = 1 };
    const double begin = now_s();
    as[kind]();
    const double took = now_s() - begin;
    if (of->fastest_s[kind] == 0 || took < of->fastest_s[kind])
        of->fastest_s[kind] = took;

    const int executing = seen->executing.most, waiting = seen->waiting.most;
    const int at_once = of->program == computing ? executing : waiting;
    if (at_once > of->at_once[kind])
        of->at_once[kind] = at_once;
    /* What children execute, they execute in interpreters of their own. */
    if (executed != (kind == PROCESS ? 0 : WORKERS * of->instructions) ||
        (kind == THREAD && executing != 1) ||
        (kind == THREAD && of->program == keeping && waiting != 1))
        errx(1, "not seen: %s, %ld instructions, %d had the lock, %d waited",
             of->name, executed, executing, waiting);
}

static void report_row(const struct row *of, int cpus, FILE *csv)
{
    static const char *const family[] = { "", "process", "thread" };
    printf("  %-20s %6.1f ms", of->name, 1e3 * of->fastest_s[ALONE]);
    for (int kind = PROCESS; kind < KINDS; kind++) {
        const double s = of->fastest_s[kind], times = of->fastest_s[ALONE] / s;
        const int at_once = of->at_once[kind];
        printf("  %6.1f ms %6.2f %5d", 1e3 * s, times, at_once);
        if (csv != NULL)
            fprintf(csv, "%s,%s,%d,%d,%.1f,%.4f,%d\n", of->name, family[kind],
                    WORKERS, cpus, 1e6 * s, times, at_once);
    }
    puts("");
}

int main(int argc, char **argv)
{
    cpu_set_t set;
    seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED || sched_getaffinity(0, sizeof(set), &set) < 0)
        err(SKIP, "mmap or sched_getaffinity");
    const int cpus = CPU_COUNT(&set);

    /* All take turns, so that a disturbance hits all. */
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < ROWS; i++)
            for (int kind = 0; kind < KINDS; kind++)
                run(&rows[i], kind);

    FILE *const csv = argc > 1 ? fopen(argv[1], "w") : NULL;
    if (csv != NULL)
        fputs("what,family,workers,cpus,time_us,speedup,at_once\n", csv);
    printf("When do threads gain nothing?\n\n"
           "  %d workers; usable CPUs: %d; fastest of %d rounds\n\n",
           WORKERS, cpus, ROUNDS);
    puts("                       one after    process (fork)        "
         "thread (pthread)");
    puts("                       the other    a lock each           "
         "one lock");
    puts("                            time      time  times  once      time  "
         "times  once");
    for (int i = 0; i < ROWS; i++)
        report_row(&rows[i], cpus, csv);
    puts("  times: as fast as one after the other.");
    puts("  once: most who were at it at once.\n");
    puts("Seen: no two threads had the lock at once. Two processes had one "
         "each: what they\nexecuted, the parent's interpreter never saw.");
    if (cpus == 1)
        puts("With one usable CPU, nothing makes computing faster.");
    if (argc > 1 && (csv == NULL || fclose(csv) != 0))
        err(EXIT_FAILURE, "%s", argv[1]);
    return 0;
}
