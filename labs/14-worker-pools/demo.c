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
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SKIPPED = 77, WORKERS = 4, TASKS = 40, ROUND_US = 6000 };
enum { BUDGET_US = 400000, ROUNDS = 8, LENGTHS = 7 };
enum { PROCESS, THREAD, KINDS };
enum { EACH, POOL, WAYS };

static const int lengths_us[LENGTHS] = { 1, 10, 100, 300, 1000, 3000, 10000 };
static double best_us[LENGTHS][KINDS][WAYS]; /* of all rounds; 0: none yet */
static _Atomic int *done;   /* shared with the children: how often, each task */
static volatile long turns; /* of a loop: how long a task is */
static int workers, to_pool[2] = { -1, -1 }, from_pool[2];

struct worker {
    pid_t process;
    pthread_t thread;
    void (*work)(int i);
    int i;
};

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void do_task(int i)
{
    for (volatile long turn = 0; turn < turns;)
        turn = turn + 1;
    atomic_fetch_add(&done[i], 1);
}

/* What a worker of a pool does, until nobody has the pipe open for writing. */
static void do_tasks(int unused)
{
    (void)unused;
    int i;
    while (read(to_pool[0], &i, sizeof(i)) == sizeof(i)) {
        do_task(i);
        if (write(from_pool[1], &i, sizeof(i)) != sizeof(i))
            err(EXIT_FAILURE, "write");
    }
}

static void start_process(struct worker *w)
{
    w->process = fork();
    if (w->process < 0)
        err(SKIPPED, "fork");
    if (w->process == 0) {
        close(to_pool[1]); /* or the pipe never ends */
        w->work(w->i);
        _exit(0);
    }
}

static void end_process(struct worker *w)
{
    int status;
    if (waitpid(w->process, &status, 0) < 0 || status != 0)
        errx(EXIT_FAILURE, "a child was lost, or ended badly");
}

static void *thread_main(void *arg)
{
    struct worker *const w = arg;
    w->work(w->i);
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
} kinds[KINDS] = {
    { "process", start_process, end_process },
    { "thread", start_thread, end_thread },
};

/* A worker for each task, `workers` of them at a time. Gives µs. */
static double by_one_each(const struct kind *kind, int n)
{
    struct worker hands[WORKERS];
    const double begin = now_us();
    for (int i = 0; i < n + workers; i++) {
        struct worker *const hand = &hands[i % workers];
        if (i >= workers)
            kind->end(hand); /* the oldest */
        *hand = (struct worker){ .work = do_task, .i = i };
        if (i < n)
            kind->start(hand);
    }
    return now_us() - begin;
}

/* The pool is there before the clock is read, and goes home afterwards. */
static double by_pool(const struct kind *kind, int n)
{
    struct worker hands[WORKERS] = { { .work = NULL } };
    if (pipe(to_pool) < 0 || pipe(from_pool) < 0)
        err(EXIT_FAILURE, "pipe");
    for (int w = 0; w < workers; w++) {
        hands[w].work = do_tasks;
        kind->start(&hands[w]);
    }
    const double begin = now_us();
    for (int i = 0; i < n; i++)
        if (write(to_pool[1], &i, sizeof(i)) != sizeof(i))
            err(EXIT_FAILURE, "write");
    for (int i = 0, answer; i < n; i++)
        if (read(from_pool[0], &answer, sizeof(answer)) != sizeof(answer))
            err(EXIT_FAILURE, "read");
    const double took_us = now_us() - begin;
    close(to_pool[1]); /* nothing more comes */
    for (int w = 0; w < workers; w++)
        kind->end(&hands[w]);
    close(to_pool[0]);
    close(from_pool[0]);
    close(from_pool[1]);
    to_pool[1] = -1;
    return took_us;
}

static double (*const ways[WAYS])(const struct kind *, int) = { by_one_each,
                                                                by_pool };

static int tasks_of(int length)
{
    const int fit = ROUND_US / lengths_us[length];
    return fit > TASKS ? TASKS : fit > workers ? fit : workers;
}

static void run_round(double turns_per_us)
{
    for (int l = 0; l < LENGTHS; l++)
        for (int turn = 0; turn < KINDS * WAYS; turn++) {
            const int kind = turn / WAYS, way = turn % WAYS, n = tasks_of(l);
            double *const best = &best_us[l][kind][way];
            turns = (long)(lengths_us[l] * turns_per_us) + 1;
            const double took_us = ways[way](&kinds[kind], n);
            if (*best == 0 || took_us < *best)
                *best = took_us;
            for (int i = 0; i < TASKS; i++) /* certain, hence judged */
                if (atomic_exchange(&done[i], 0) != (i < n))
                    errx(1, "not seen: task %d was not done exactly once", i);
        }
}

/* How many turns of the loop are 1 µs? The fastest of many knows best. */
static double calibrate(void)
{
    double most = 0;
    turns = 20000;
    for (const double end = now_us() + 20000; now_us() < end;) {
        const double begin = now_us();
        do_task(0);
        const double rate = (double)turns / (now_us() - begin);
        most = rate > most ? rate : most;
    }
    done[0] = 0;
    return most;
}

/* CPU time for one task, its worker's birth or the pipe included. */
static double per_task_us(int l, int kind, int way)
{
    return workers * best_us[l][kind][way] / tasks_of(l);
}

/* The first length from which on one worker for each task comes within 10 % of
 * the pool, or LENGTHS. */
static int crossover(int kind)
{
    int l = LENGTHS;
    while (l > 0 && per_task_us(l - 1, kind, EACH) * 0.9 <
                        per_task_us(l - 1, kind, POOL))
        l--;
    return l;
}

static void write_rows(const char *path)
{
    FILE *const out = fopen(path, "w");
    if (out == NULL)
        err(EXIT_FAILURE, "%s", path);
    fputs("family,way,task_us,per_task_us,near_pool,tasks,workers\n", out);
    for (int row = 0; row < KINDS * WAYS * LENGTHS; row++) {
        const int l = row % LENGTHS, kind = row / LENGTHS % KINDS;
        const int way = row / LENGTHS / KINDS;
        fprintf(out, "%s,%s,%d,%.2f,%d,%d,%d\n", kinds[kind].name,
                way == EACH ? "each" : "pool", lengths_us[l],
                per_task_us(l, kind, way), way == POOL || l >= crossover(kind),
                tasks_of(l), workers);
    }
    if (fclose(out) != 0)
        err(EXIT_FAILURE, "%s", path);
}

static void print_table(void)
{
    puts("How much of the CPUs' time goes into the tasks?\n");
    printf("  %d at a time       process (fork)            thread (pthread)\n",
           workers);
    puts("  one task          one for     a pool        one for     a pool\n"
         "  takes             each task   of them       each task   of them");
    double best = 0; /* of the longest tasks */
    for (int l = 0; l < LENGTHS; l++) {
        printf("  %6d µs   ", lengths_us[l]);
        for (int c = 0; c < KINDS * WAYS; c++) {
            const double part =
                lengths_us[l] / per_task_us(l, c / WAYS, c % WAYS);
            best = l == LENGTHS - 1 && part > best ? part : best;
            printf("%s%8.1f %%", c % WAYS == EACH ? "   " : "  ", 100 * part);
        }
        puts("");
    }
    puts("\nSeen: each task was done exactly once, whoever did it.");
    for (int kind = 0; kind < KINDS; kind++) {
        const int l = crossover(kind);
        printf("      One %s for each task ", kinds[kind].name);
        if (l < LENGTHS)
            printf("came within 10 %% of the pool from %d µs on.\n",
                   lengths_us[l]);
        else
            puts("did not come within 10 % of the pool on this run.");
    }
    if (best < 0.75)
        puts("      Something else keeps the CPUs busy: even the longest tasks "
             "had to wait.");
}

int main(int argc, char **argv)
{
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof(usable), &usable) < 0)
        err(EXIT_FAILURE, "sched_getaffinity");
    workers = CPU_COUNT(&usable) < WORKERS ? CPU_COUNT(&usable) : WORKERS;
    done = mmap(NULL, TASKS * sizeof(*done), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (done == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");

    const double end = now_us() + BUDGET_US, turns_per_us = calibrate();
    for (int round = 0; round < ROUNDS && (round == 0 || now_us() < end);
         round++)
        run_round(turns_per_us);

    print_table();
    if (argc > 1)
        write_rows(argv[1]);
    return 0;
}
