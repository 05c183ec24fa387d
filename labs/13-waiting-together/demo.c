/* A thousand workers wait, all at the same time: first as processes, then as
 * threads. When all are there, their memory is counted, in two ways; then each
 * naps for a tenth of a second, and ends. Compare how long it took with how
 * long they have waited, all together; and the two ways of counting memory. */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAITERS = 1000, LEAST = 10, NAP_MS = 100, MIB = 4, SKIPPED = 77 };

struct worker {
    pid_t process; /* in which it is */
    pthread_t thread;
};

struct memory {
    long rss_kib, pss_kib;
};

struct crowd {
    int size;
    double took_s;
    struct memory grown; /* while all were there, for all of them together */
};

static int here[2], go[2]; /* pipes: "I am here"; and "go on", when it ends */

static volatile char memory[MIB << 20]; /* as a real program has some */

static void fill_memory(void)
{
    for (size_t i = 0; i < sizeof(memory); i++)
        memory[i] = 1;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What each worker does. */
static void *wait_with_all(void *unused)
{
    const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };
    char byte = 0;
    if (write(here[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 0)
        err(EXIT_FAILURE, "write or read of a pipe");
    nanosleep(&nap, NULL);
    return unused;
}

static bool start_process(struct worker *w)
{
    w->process = fork();
    if (w->process == 0) {
        close(go[1]); /* or the pipe never ends */
        wait_with_all(NULL);
        _exit(0);
    }
    return w->process > 0;
}

static void end_process(struct worker *w)
{
    int status;
    if (waitpid(w->process, &status, 0) < 0 || status != 0)
        errx(1, "not seen: a process has waited to the end");
}

static bool start_thread(struct worker *w)
{
    w->process = getpid();
    errno = pthread_create(&w->thread, NULL, wait_with_all, NULL);
    return errno == 0;
}

static void end_thread(struct worker *w)
{
    errno = pthread_join(w->thread, NULL);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_join");
}

static void add_memory(pid_t process, struct memory *sum)
{
    char path[64], line[256];
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)process);
    FILE *maps = fopen(path, "r");
    if (maps == NULL) { /* before Linux 4.14: one mapping after the other */
        *strrchr(path, '_') = '\0';
        maps = fopen(path, "r");
    }
    if (maps == NULL)
        err(SKIPPED, "%s", path);
    while (fgets(line, sizeof(line), maps) != NULL) {
        if (strncmp(line, "Rss:", 4) == 0)
            sum->rss_kib += atol(line + 4);
        else if (strncmp(line, "Pss:", 4) == 0)
            sum->pss_kib += atol(line + 4);
    }
    fclose(maps);
}

static struct crowd run(bool (*start)(struct worker *),
                        void (*end)(struct worker *))
{
    static struct worker workers[WAITERS];
    struct crowd crowd = { .size = 0 };
    struct memory before = { 0, 0 };
    add_memory(getpid(), &before);
    if (pipe(here) < 0 || pipe(go) < 0)
        err(EXIT_FAILURE, "pipe");
    while (crowd.size < WAITERS && start(&workers[crowd.size]))
        crowd.size++;
    if (crowd.size < WAITERS)
        warn("only %d of %d could be made", crowd.size, WAITERS);
    if (crowd.size < LEAST)
        errx(SKIPPED, "too few to see anything");

    char byte;
    for (int i = 0; i < crowd.size; i++)
        if (read(here[0], &byte, 1) != 1)
            err(EXIT_FAILURE, "read");
    add_memory(getpid(), &crowd.grown); /* all are there, and wait */
    for (int i = 0; i < crowd.size; i++)
        if (workers[i].process != getpid())
            add_memory(workers[i].process, &crowd.grown);
    crowd.grown.rss_kib -= before.rss_kib;
    crowd.grown.pss_kib -= before.pss_kib;

    const double begin = now_s();
    close(go[1]);
    for (int i = 0; i < crowd.size; i++)
        end(&workers[i]);
    crowd.took_s = now_s() - begin;
    close(go[0]);
    close(here[0]);
    close(here[1]);
    return crowd;
}

static void print_row(const char *name, double process, double thread,
                      int digits, const char *unit)
{
    printf("  %-26s%10.*f %-5s%12.*f %s\n", name, digits, process, unit, digits,
           thread, unit);
}

int main(void)
{
    fill_memory();
    const struct crowd p = run(start_process, end_process);
    const struct crowd t = run(start_thread, end_thread);

    puts("How many can wait at the same time, and what does one cost?\n");
    puts("                              process (fork)   thread (pthread)");
    print_row("waiters at the same time", p.size, t.size, 0, "");
    print_row("have waited, all together", p.size * NAP_MS / 1e3,
              t.size * NAP_MS / 1e3, 1, "s");
    print_row("that took", p.took_s, t.took_s, 2, "s");
    puts("  memory for each of them");
    print_row("  all it sees (RSS)", (double)p.grown.rss_kib / p.size,
              (double)t.grown.rss_kib / t.size, 1, "KiB");
    print_row("  its share (PSS)", (double)p.grown.pss_kib / p.size,
              (double)t.grown.pss_kib / t.size, 1, "KiB");

    printf("\nSeen: %d processes and %d threads waited at the same time.\n",
           p.size, t.size);
    printf("      The processes' RSS adds up to %ld MiB; they take %ld MiB.\n",
           p.grown.rss_kib / 1024, p.grown.pss_kib / 1024);
    return 0;
}
