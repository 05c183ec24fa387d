/* One count of primes: by main alone, then by 1, 2, … workers, up to one more
 * than there are CPUs, as processes and as threads; at the end, the same work
 * split in two other ways. Notice the speedups of the three ways to split, and
 * the last column. (With a file's name as argument: the same as CSV.) */
#define _GNU_SOURCE /* sched_getaffinity */
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BELOW = 300000, PRIMES = 25997, DIVISIONS = 6209947 };
enum { BLOCK = 1000, ROUNDS = 10, CPUS_MOST = 64, ROWS_MOST = 16, SKIP = 77 };
enum { PROCESS, THREAD, KINDS };

/* A worker, and what it found. In memory that children share. */
static struct worker {
    pthread_t thread;
    pid_t child;
    int number, of, block;
    long primes, divisions;
} * workers;

struct row {
    const char *split;
    int workers, block;
    double fastest_s[KINDS], busiest; /* which part of the work one has */
};

/* Blocks of numbers are dealt in turn, like cards. There are three ways to
 * split, and all that differs is how large a block is. */
static void *count_primes(void *arg)
{
    struct worker *const me = arg;
    long primes = 0, divisions = 0;
    for (int from = me->number * me->block; from < BELOW;
         from += me->of * me->block) {
        for (int n = from; n < from + me->block && n < BELOW; n++) {
            bool prime = n == 2 || (n > 2 && n % 2 != 0);
            for (int d = 3; prime && d * d <= n; d += 2, divisions++)
                prime = n % d != 0;
            primes += prime;
        }
    }
    me->primes = primes;
    me->divisions = divisions;
    return NULL;
}

static void by_main(int n)
{
    for (int i = 0; i < n; i++)
        count_primes(&workers[i]);
}

static void by_processes(int n)
{
    for (int i = 0; i < n; i++) {
        const pid_t child = fork();
        if (child < 0)
            err(SKIP, "fork");
        if (child == 0) {
            count_primes(&workers[i]);
            _exit(0);
        }
        workers[i].child = child;
    }
    for (int i = 0; i < n; i++) {
        int status;
        if (waitpid(workers[i].child, &status, 0) < 0 || status != 0)
            errx(EXIT_FAILURE, "child %d did not end as it should", i);
    }
}

static void by_threads(int n)
{
    for (int i = 0; i < n; i++) {
        struct worker *const worker = &workers[i];
        if (pthread_create(&worker->thread, NULL, count_primes, worker) != 0)
            errx(SKIP, "pthread_create: no thread %d", i);
    }
    for (int i = 0; i < n; i++)
        pthread_join(workers[i].thread, NULL);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Counts all once. What was found is judged, how long it took is not. */
static void count(struct row *row, void (*by)(int n), double *fastest_s)
{
    const int n = row->workers;
    for (int i = 0; i < n; i++)
        workers[i] =
            (struct worker){ .number = i, .of = n, .block = row->block };
    const double begin = now_s();
    by(n);
    const double took = now_s() - begin;
    if (*fastest_s == 0 || took < *fastest_s)
        *fastest_s = took;

    long primes = 0, divisions = 0, most = 0;
    for (int i = 0; i < n; i++) {
        primes += workers[i].primes;
        divisions += workers[i].divisions;
        most = workers[i].divisions > most ? workers[i].divisions : most;
    }
    row->busiest = (double)most / DIVISIONS;
    if (primes != PRIMES || divisions != DIVISIONS)
        errx(1, "not seen: %d workers, %s, found %ld primes by %ld divisions",
             n, row->split, primes, divisions);
}

/* 1 to 8 workers, then powers of two, and the end; then two other splits. */
static int fill_rows(struct row *rows, int cpus)
{
    const int n = cpus > 1 ? cpus : 2;
    int used = 0;
    for (int i = 1; i <= cpus + 1; i++)
        if (i <= 8 || (i & (i - 1)) == 0 || i >= cpus)
            rows[used++] = (struct row){ "blocks of 1000", i, BLOCK, { 0 }, 0 };
    rows[used++] = (struct row){ "one part each", n, BELOW / n + 1, { 0 }, 0 };
    rows[used++] = (struct row){ "every n-th", n, 1, { 0 }, 0 };
    return used;
}

static void print_row(const struct row *row, double alone_s, int cpus,
                      FILE *csv)
{
    static const char *const families[KINDS] = { "process", "thread" };
    printf("  %3d  %-14s", row->workers, row->split);
    for (int kind = 0; kind < KINDS; kind++) {
        const double s = row->fastest_s[kind], speedup = alone_s / s;
        printf(" %8.1f ms %6.2f   ", 1e3 * s, speedup);
        if (csv != NULL)
            fprintf(csv, "%s,%s,%d,%d,%.1f,%.4f,%.4f\n", row->split,
                    families[kind], row->workers, cpus, 1e6 * s, speedup,
                    row->busiest);
    }
    printf("%7.0f %%%s\n", 100 * row->busiest,
           row->workers > cpus ? "  *" : "");
}

/* All take turns, so that a disturbance hits all. Returns the time of main. */
static double measure(struct row *rows, int used)
{
    double alone_s = 0;
    for (int round = 0; round < ROUNDS; round++) {
        count(&rows[0], by_main, &alone_s);
        for (int i = 0; i < used; i++) {
            count(&rows[i], by_processes, &rows[i].fastest_s[PROCESS]);
            count(&rows[i], by_threads, &rows[i].fastest_s[THREAD]);
        }
    }
    return alone_s;
}

int main(int argc, char **argv)
{
    cpu_set_t set;
    workers = mmap(NULL, (CPUS_MOST + 1) * sizeof(*workers),
                   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (workers == MAP_FAILED || sched_getaffinity(0, sizeof(set), &set) < 0)
        err(SKIP, "mmap or sched_getaffinity");
    const int usable = CPU_COUNT(&set);
    const int cpus = usable < CPUS_MOST ? usable : CPUS_MOST;
    struct row rows[ROWS_MOST];
    const int used = fill_rows(rows, cpus);
    const double alone_s = measure(rows, used);

    FILE *const csv = argc > 1 ? fopen(argv[1], "w") : NULL;
    if (csv != NULL)
        fputs("split,family,workers,cpus,time_us,speedup,busiest\n", csv);
    printf("How much faster are n workers?\n\n  Primes below %d, fastest of %d "
           "rounds; usable CPUs: %d\n  Main alone: %.1f ms\n\n",
           BELOW, ROUNDS, usable, 1e3 * alone_s);
    puts("  workers, and        process (fork)       thread (pthread)     "
         "busiest");
    puts("  how it is split        time speedup          time speedup     "
         "one has");
    for (int i = 0; i < used; i++)
        print_row(&rows[i], alone_s, cpus, csv);
    printf("  *: more workers than CPUs\n\n"
           "Seen: %d primes by %d divisions, however many worked, and however "
           "split.\n",
           PRIMES, DIVISIONS);
    if (argc > 1 && (csv == NULL || fclose(csv) != 0))
        err(EXIT_FAILURE, "%s", argv[1]);
    return 0;
}
