/* The same tasks are done in four ways: each by a process or a thread that is
 * created for it; or by a pool of such workers, one for each CPU, to whom the
 * numbers of the tasks go through a pipe. The table says how much of the CPUs'
 * time went into the tasks. In each row, compare the four. Where do they begin
 * to agree? An argument is a file for the numbers, as CSV. */
#define _GNU_SOURCE /* sched_getaffinity, CPU_COUNT */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SKIPPED = 77, WORKERS = 4, TASKS = 40, ROUND_US = 6000 };
enum { BUDGET_US = 400000, ROUNDS = 8, LENGTHS = 7, ALL = -1, GO_HOME = -2 };

static const int lengths_us[LENGTHS] = { 10, 30, 100, 300, 1000, 3000, 10000 };
static int task_us, workers, to_pool[2], from_pool[2]; /* two pipes */

struct worker {
    int i; /* of its task, or ALL that come through the pipe */
    pid_t process;
    pthread_t thread;
};

static double clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void send(const int pipe[2], int i)
{
    if (write(pipe[1], &i, sizeof(i)) != sizeof(i))
        err(EXIT_FAILURE, "write");
}

static int receive(const int pipe[2])
{
    int i;
    if (read(pipe[0], &i, sizeof(i)) != sizeof(i))
        err(EXIT_FAILURE, "read");
    return i;
}

/* A task takes CPU time, and nothing else. */
static void do_task(void)
{
    const double end = clock_us(CLOCK_THREAD_CPUTIME_ID) + task_us;
    while (clock_us(CLOCK_THREAD_CPUTIME_ID) < end)
        continue;
}

static void work(const struct worker *w)
{
    if (w->i != ALL) {
        do_task();
        return;
    }
    for (int i = receive(to_pool); i != GO_HOME; i = receive(to_pool)) {
        do_task();
        send(from_pool, i);
    }
}

static void start_process(struct worker *w)
{
    w->process = fork();
    if (w->process < 0)
        err(SKIPPED, "fork");
    if (w->process == 0) {
        work(w);
        _exit(0);
    }
}

static void end_process(struct worker *w)
{
    int status;
    if (waitpid(w->process, &status, 0) < 0 || status != 0)
        errx(EXIT_FAILURE, "a child was lost, or ended badly");
}

static void *thread_main(void *w)
{
    work(w);
    return NULL;
}

static void start_thread(struct worker *w)
{
    errno = pthread_create(&w->thread, NULL, thread_main, w);
    if (errno != 0)
        err(SKIPPED, "pthread_create");
}

static void end_thread(struct worker *w)
{
    errno = pthread_join(w->thread, NULL);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_join");
}

static const struct kind {
    const char *name;
    void (*start)(struct worker *), (*end)(struct worker *);
} processes = { "process", start_process, end_process },
  threads = { "thread", start_thread, end_thread };

/* A worker for each task, `workers` of them at a time. Gives µs. */
static double one_for_each(const struct kind *kind, int n)
{
    struct worker hands[WORKERS];
    const double begin = clock_us(CLOCK_MONOTONIC);
    for (int i = 0; i < n + workers; i++) {
        struct worker *const hand = &hands[i % workers];
        if (i >= workers)
            kind->end(hand); /* the oldest */
        hand->i = i;
        if (i < n)
            kind->start(hand);
    }
    return clock_us(CLOCK_MONOTONIC) - begin;
}

/* They are there before the clock is read, and go home afterwards. */
static double a_pool(const struct kind *kind, int n)
{
    struct worker hands[WORKERS];
    for (int w = 0; w < workers; w++) {
        hands[w].i = ALL;
        kind->start(&hands[w]);
    }
    const double begin = clock_us(CLOCK_MONOTONIC);
    int sum = 0;
    for (int i = 0; i < n; i++)
        send(to_pool, i);
    for (int i = 0; i < n; i++)
        sum += receive(from_pool);
    const double took_us = clock_us(CLOCK_MONOTONIC) - begin;
    for (int w = 0; w < workers; w++)
        send(to_pool, GO_HOME);
    for (int w = 0; w < workers; w++)
        kind->end(&hands[w]);
    if (sum != n * (n - 1) / 2) /* certain, hence judged */
        errx(1, "not seen: the pool did not do each task exactly once");
    return took_us;
}

static struct column {
    const struct kind *kind;
    const char *way;
    double (*do_all)(const struct kind *kind, int n);
    double best_us[LENGTHS]; /* for one task, of all rounds; 0: none yet */
} columns[] = {
    { &processes, "each", one_for_each, { 0 } },
    { &processes, "pool", a_pool, { 0 } },
    { &threads, "each", one_for_each, { 0 } },
    { &threads, "pool", a_pool, { 0 } },
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* CPU time for one task, its worker's birth or the pipe included. */
static void measure(struct column *column, int l)
{
    const int fit = ROUND_US / lengths_us[l];
    const int n = fit > TASKS ? TASKS : fit > workers ? fit : workers;
    task_us = lengths_us[l];
    const double each_us = column->do_all(column->kind, n) * workers / n;
    if (column->best_us[l] == 0 || each_us < column->best_us[l])
        column->best_us[l] = each_us;
}

static void print(FILE *csv)
{
    static const char *const after[COLUMNS][2] = {
        { "    ", " =  " }, { "   ", "   " }, { "    ", " =  " }, { "\n", "\n" }
    };
    puts("How much of the CPUs' time goes into the tasks?\n");
    printf("  %d at a time       process (fork)            thread (pthread)\n",
           workers);
    puts("  one task          one for     a pool        one for     a pool\n"
         "  takes             each task   of them       each task   of them");
    fputs("family,way,task_us,per_task_us,near_pool,workers\n", csv);
    for (int l = 0; l < LENGTHS; l++) {
        printf("  %6d µs   ", lengths_us[l]);
        for (int c = 0; c < COLUMNS; c++) {
            const double us = columns[c].best_us[l];
            const int near = us * 0.9 < columns[c | 1].best_us[l];
            printf("%8.1f %%%s", 100 * lengths_us[l] / us, after[c][near]);
            fprintf(csv, "%s,%s,%d,%.2f,%d,%d\n", columns[c].kind->name,
                    columns[c].way, lengths_us[l], us, near, workers);
        }
    }
    puts("\nSeen: each task was done exactly once, whoever did it.\n"
         "      = marks where one for each comes within 10 % of the pool.");
}

int main(int argc, char **argv)
{
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof(usable), &usable) < 0)
        err(EXIT_FAILURE, "sched_getaffinity");
    workers = CPU_COUNT(&usable) < WORKERS ? CPU_COUNT(&usable) : WORKERS;
    if (pipe(to_pool) < 0 || pipe(from_pool) < 0)
        err(EXIT_FAILURE, "pipe");

    const double end = clock_us(CLOCK_MONOTONIC) + BUDGET_US;
    for (int round = 0;
         round < ROUNDS && (round == 0 || clock_us(CLOCK_MONOTONIC) < end);
         round++)
        for (int l = 0; l < LENGTHS; l++)
            for (int c = 0; c < COLUMNS; c++)
                measure(&columns[c], l);

    const char *const path = argc > 1 ? argv[1] : "/dev/null";
    FILE *const csv = fopen(path, "w");
    if (csv == NULL)
        err(EXIT_FAILURE, "%s", path);
    print(csv);
    if (fclose(csv) != 0)
        err(EXIT_FAILURE, "%s", path);
    return 0;
}
