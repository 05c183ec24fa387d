/* A parent fills some memory; then a worker reads all of it, or writes to none,
 * half or all: a child process first, then a thread. A page that has to be
 * copied is a page fault, and those are counted. Below: what a worker costs that
 * does nothing, in a parent with more and more memory. Compare the two columns;
 * and in the upper table, compare the pages written with the faults. */
#define _GNU_SOURCE /* RUSAGE_THREAD, madvise */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { VISIT_MIB = 16, MOST_MIB = 64, MIB = 1 << 20, ROUNDS = 9 };
enum { BY_PROCESS, BY_THREAD, KINDS };
enum { REFUSED = 77 }; /* meson calls that a skip */

/* What a worker is to do with the memory; how many faults that was. */
struct visit {
    const char *name;
    int step, writes; /* every page, every second; 0: none */
    long faults;
};

static char *memory;
static size_t page_bytes;

/* Page faults of this flow so far, less those that needed a disk. */
static long faults(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_THREAD, &usage) < 0)
        err(EXIT_FAILURE, "getrusage");
    return usage.ru_minflt;
}

/* What the worker does, be it a child or a thread. (A sanitizer would write into
 * memory of its own at each step, and those faults are not what we count.) */
__attribute__((no_sanitize("thread"))) static void *pay_visit(void *arg)
{
    struct visit *const visit = arg;
    const struct visit own = *visit;
    const size_t step = (size_t)own.step * page_bytes;
    volatile char *const end = memory + (size_t)VISIT_MIB * MIB;
    const long before = faults();
    for (volatile char *at = memory; step > 0 && at < end; at += step) {
        if (own.writes)
            *at = 42;
        else
            (void)*at;
    }
    visit->faults = faults() - before;
    return NULL;
}

static void by_process(struct visit *visit)
{
    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    if (child < 0)
        err(REFUSED, "fork");
    if (child == 0) {
        pay_visit(visit); /* *visit is in a mapping that both share */
        _exit(0);
    }
    if (waitpid(child, NULL, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
}

static void by_thread(struct visit *visit)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, pay_visit, visit);
    if (errno == 0)
        errno = pthread_join(thread, NULL);
    if (errno != 0)
        err(REFUSED, "pthread_create or pthread_join");
}

static void (*const run[KINDS])(struct visit *) = { by_process, by_thread };

/* Returns whether the faults were those that are certain. */
static int show_faults(struct visit *shared)
{
    static const struct visit visits[] = { { "reads all", 1, 0, 0 },
                                           { "writes to none", 0, 1, 0 },
                                           { "writes to half", 2, 1, 0 },
                                           { "writes to all", 1, 1, 0 } };
    const long all = (long)((size_t)VISIT_MIB * MIB / page_bytes);
    int certain = 1;
    printf("  %ld pages (%d MiB)          page faults of the worker\n"
           "  %-26s%14s%20s\n",
           all, VISIT_MIB, "the worker", "process (fork)", "thread (pthread)");
    for (size_t v = 0; v < sizeof(visits) / sizeof(visits[0]); v++) {
        printf("    %-24s", visits[v].name);
        const int copies = visits[v].writes && visits[v].step > 0;
        const long least = copies ? all / visits[v].step : 0;
        for (int kind = 0; kind < KINDS; kind++) {
            memset(memory, 1, VISIT_MIB * MIB); /* main's alone, once more */
            *shared = visits[v];
            run[kind](shared);
            printf(kind == BY_PROCESS ? "%14ld" : "%20ld\n", shared->faults);
            const long low = kind == BY_PROCESS ? least : 0;
            certain &= shared->faults >= low;
            certain &= shared->faults < low + all / 8; /* some are others' */
        }
    }
    return certain;
}

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* From the call until the worker is gone: the fastest, which was disturbed
 * least. The kinds take turns. */
static void time_workers(struct visit *idle, double *ret_us)
{
    for (int round = 0; round < ROUNDS; round++) {
        for (int kind = 0; kind < KINDS; kind++) {
            const double before = now_us();
            run[kind](idle);
            const double us = now_us() - before;
            if (round == 0 || us < ret_us[kind])
                ret_us[kind] = us;
        }
    }
}

static void show_times(struct visit *idle, const char *pages, int mib, int huge,
                       FILE *rows, double *ret_us)
{
    char name[32] = "";
    time_workers(idle, ret_us);
    if (huge > 0)
        snprintf(name, sizeof(name), ", %d in huge pages", huge);
    printf("    %2d MiB%-18s%11.0f µs%17.0f µs\n", mib, name,
           ret_us[BY_PROCESS], ret_us[BY_THREAD]);
    fprintf(rows, "process,%s,%d,%.3f\nthread,%s,%d,%.3f\n", pages, mib,
            ret_us[BY_PROCESS], pages, mib, ret_us[BY_THREAD]);
}

/* NULL, or memory that nobody has filled yet. */
static char *map(int mib, int advice)
{
    char *const got = mmap(NULL, (size_t)mib * MIB, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED)
        return NULL;
    madvise(got, (size_t)mib * MIB, advice); /* a wish: see huge_mib */
    return got;
}

/* How much of the mapping with this address lies in huge pages. */
static int huge_mib(const char *at)
{
    FILE *const list = fopen("/proc/self/smaps", "r");
    char line[256];
    unsigned long from, to, kib;
    int here = 0, mib = 0;
    while (list != NULL && fgets(line, sizeof(line), list) != NULL) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            here = (uintptr_t)at >= from && (uintptr_t)at < to;
        else if (here && sscanf(line, "AnonHugePages: %lu kB", &kib) == 1)
            mib = (int)(kib / 1024);
    }
    if (list != NULL)
        fclose(list);
    return mib;
}

static void show_huge(struct visit *idle, int mib, FILE *rows)
{
    double us[KINDS];
    char *const huge = map(mib, MADV_HUGEPAGE);
    if (huge != NULL)
        memset(huge, 1, (size_t)mib * MIB);
    const int got = huge == NULL ? 0 : huge_mib(huge);
    if (got > mib / 2)
        show_times(idle, "huge", mib, got, rows, us);
    else
        printf("    %2d MiB in huge pages: not obtained, this system gave %d\n",
               mib, got);
}

int main(int argc, char **argv)
{
    static const int sizes[] = { 0, 4, 8, 16, 32, 48, 64 };
    page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    const char *const rows_name = argc > 1 ? argv[1] : "/dev/null";
    FILE *const rows = fopen(rows_name, "w");
    if (rows == NULL)
        err(EXIT_FAILURE, "%s", rows_name);
    struct visit *const shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int most = MOST_MIB;
    while ((memory = map(most, MADV_NOHUGEPAGE)) == NULL && most > VISIT_MIB)
        most /= 2;
    if (shared == MAP_FAILED || memory == NULL)
        err(REFUSED, "%d MiB of memory", VISIT_MIB);

    puts("After a fork: who copies which pages, and when?\n");
    const int certain = show_faults(shared);

    printf(
        "\n  memory of the parent        life of a worker that does nothing\n"
        "  %-26s%14s%20s\n",
        "", "process (fork)", "thread (pthread)");
    fputs("family,pages,memory_mib,fastest_us\n", rows);
    *shared = (struct visit){ "nothing", 0, 0, 0 };
    madvise(memory, (size_t)most * MIB, MADV_DONTNEED); /* empty again */
    double none[KINDS] = { 0 }, us[KINDS] = { 0 };
    int mib = 0;
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        if (sizes[s] > most)
            break;
        mib = sizes[s];
        memset(memory, 1, (size_t)mib * MIB);
        show_times(shared, "small", mib, 0, rows, mib == 0 ? none : us);
    }
    munmap(memory, (size_t)most * MIB);
    show_huge(shared, mib, rows);
    if (fclose(rows) != 0)
        err(EXIT_FAILURE, "%s", rows_name);

    if (!certain)
        errx(1, "not seen: a fault for each page that the child wrote, and few "
                "others");
    printf("\nSeen: what the child wrote was copied, page by page, and nothing "
           "else; what the\nthread wrote, nobody copied. With %d MiB, a "
           "process cost %.1f times what it cost\nwith none, and a thread %.1f "
           "times.\n",
           mib, us[BY_PROCESS] / none[BY_PROCESS],
           us[BY_THREAD] / none[BY_THREAD]);
    return 0;
}
