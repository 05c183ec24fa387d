/* A parent fills some memory; then a worker reads all of it, and writes to no
 * page, to every second, or to each: a child process first, then a thread. A
 * page that has to be copied is a page fault, and those are counted. Below: what
 * a worker costs that does nothing, in a parent with more and more memory. */
#define _GNU_SOURCE /* RUSAGE_THREAD, madvise */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MIB = 1 << 20, VISITED = 16 * MIB, MOST_MIB = 64, ROUNDS = 9 };
enum { BY_PROCESS, BY_THREAD, KINDS };
enum { REFUSED = 77 }; /* meson calls that a skip */

#define HEAD "\n  %-26sprocess (fork)    thread (pthread)\n"

static char *memory;
static long page_bytes;

/* What a worker is to do with the memory; how many faults that was. */
struct visit {
    const char *name;
    int writes; /* to every page, every second; 0: to none */
    long faults;
};
static struct visit *visit; /* child processes share it, too */

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
__attribute__((no_sanitize("thread"))) static void *pay_visit(void *unused)
{
    const int writes = visit->writes;
    const long before = faults();
    for (long page = 0; page < VISITED / page_bytes; page++) {
        volatile char *const at = memory + page * page_bytes;
        (void)*at; /* volatile: it is read, though nobody asks for it */
        if (writes > 0 && page % writes == 0)
            *at = 42;
    }
    visit->faults = faults() - before;
    return unused;
}

static void *do_nothing(void *unused)
{
    return unused;
}

static void by_process(void *(*work)(void *))
{
    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    if (child < 0)
        err(REFUSED, "fork");
    if (child == 0) {
        work(NULL);
        _exit(0);
    }
    if (waitpid(child, NULL, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
}

static void by_thread(void *(*work)(void *))
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, work, NULL);
    if (errno == 0)
        errno = pthread_join(thread, NULL);
    if (errno != 0)
        err(REFUSED, "pthread_create or pthread_join");
}

static void (*const run[KINDS])(void *(*)(void *)) = { by_process, by_thread };

/* Memory that nobody has filled yet. The advice on huge pages is a wish. */
static void *map(size_t bytes, int sharing, int advice)
{
    void *const got = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                           sharing | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED)
        err(REFUSED, "%zu bytes of memory", bytes);
    madvise(got, bytes, advice);
    return got;
}

/* Returns whether the faults were those that are certain, and few others. */
static int show_faults(void)
{
    static const struct visit visits[] = { { "only reads", 0, 0 },
                                           { "writes to every second", 2, 0 },
                                           { "writes to each", 1, 0 } };
    const long all = VISITED / page_bytes;
    int certain = 1;
    memory = map(VISITED, MAP_PRIVATE, MADV_NOHUGEPAGE);
    printf("  The parent has filled %ld pages (%d MiB).\n", all, VISITED / MIB);
    printf(HEAD, "page faults of a worker");
    for (size_t v = 0; v < sizeof(visits) / sizeof(visits[0]); v++) {
        printf("    %-24s", visits[v].name);
        const long copies = visits[v].writes > 0 ? all / visits[v].writes : 0;
        for (int kind = 0; kind < KINDS; kind++) {
            const long least = kind == BY_PROCESS ? copies : 0;
            memset(memory, 1, VISITED); /* main's alone, once more */
            *visit = visits[v];
            run[kind](pay_visit);
            printf(kind == BY_PROCESS ? "%14ld" : "%20ld\n", visit->faults);
            certain &= visit->faults >= least;
            certain &= visit->faults < least + all / 8;
        }
    }
    munmap(memory, VISITED);
    return certain;
}

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* A worker's life, from the call until it is gone: the fastest of some rounds,
 * which was disturbed least. The kinds take turns. */
static void show_times(int mib, int huge, FILE *rows)
{
    double best_us[KINDS] = { 0 };
    for (int round = 0; round < ROUNDS; round++) {
        for (int kind = 0; kind < KINDS; kind++) {
            const double before = now_us();
            run[kind](do_nothing);
            const double us = now_us() - before;
            if (round == 0 || us < best_us[kind])
                best_us[kind] = us;
        }
    }
    printf("    %2d MiB%-17s%12.0f µs%17.0f µs\n", mib,
           huge ? " in huge pages" : "", best_us[BY_PROCESS],
           best_us[BY_THREAD]);
    const char *const pages = huge ? "huge" : "small";
    fprintf(rows, "process,%s,%d,%.3f\n", pages, mib, best_us[BY_PROCESS]);
    fprintf(rows, "thread,%s,%d,%.3f\n", pages, mib, best_us[BY_THREAD]);
}

/* The last row has the same memory in huge pages. Whether the system had some
 * shows in the faults: it takes few to fill them. */
static void show_all_times(FILE *rows)
{
    static const int sizes[] = { 0, 4, 8, 16, 32, 48, MOST_MIB };
    const size_t most = (size_t)MOST_MIB * MIB;
    printf(HEAD, "life of an idle worker");
    fputs("family,pages,memory_mib,fastest_us\n", rows);
    memory = map(most, MAP_PRIVATE, MADV_NOHUGEPAGE);
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        memset(memory, 1, (size_t)sizes[s] * MIB);
        show_times(sizes[s], 0, rows);
    }
    munmap(memory, most);

    memory = map(most, MAP_PRIVATE, MADV_HUGEPAGE);
    const long before = faults();
    memset(memory, 1, most);
    if (faults() - before < (long)most / page_bytes / 20)
        show_times(MOST_MIB, 1, rows);
    else
        puts("    in huge pages: this system gave none");
    munmap(memory, most);
}

int main(int argc, char **argv)
{
    FILE *const rows = fopen(argc > 1 ? argv[1] : "/dev/null", "w");
    if (rows == NULL)
        err(EXIT_FAILURE, "%s", argc > 1 ? argv[1] : "/dev/null");
    page_bytes = sysconf(_SC_PAGESIZE);
    visit = map(sizeof(*visit), MAP_SHARED, MADV_NORMAL);
    puts("After a fork: who copies which pages, and when?\n");
    const int certain = show_faults();
    show_all_times(rows);
    if (fclose(rows) != 0)
        err(EXIT_FAILURE, "fclose");
    if (!certain)
        errx(1, "not seen: a fault for each page that the child wrote, and few "
                "others");
    puts("\nSeen: what the child wrote was copied, page by page, and nothing "
         "else; what the\nthread wrote, nobody copied.");
    return 0;
}
