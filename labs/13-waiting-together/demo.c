/* A thousand workers wait, all at the same time: first as processes, then as
 * threads. When all are there, their memory is counted, in two ways; then each
 * naps for a tenth of a second, and ends. Compare how long it took with how
 * long they have waited, all together; and the two ways of counting memory. */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAITERS = 1000, LEAST = 10, NAP_MS = 100, MIB = 4, SKIPPED = 77 };

struct memory {
    long rss_kib, pss_kib;
};

struct crowd {
    int size;
    double took_s;
    struct memory grown; /* while all were there, for all of them together */
};

union worker {
    pid_t process;
    pthread_t thread;
};

static int here[2], go[2];  /* pipes: "I am here"; and "go on", when it ends */
static _Atomic int *waited; /* shared with the children: how many have */
static char unread[40];     /* why memory cannot be read, if so */

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
    atomic_fetch_add(waited, 1);
    return unused;
}

static bool start_process(union worker *w)
{
    w->process = fork();
    if (w->process == 0) {
        close(go[1]); /* or the pipe never ends */
        wait_with_all(NULL);
        _exit(0);
    }
    return w->process > 0;
}

static void end_process(union worker *w)
{
    if (waitpid(w->process, NULL, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
}

static bool start_thread(union worker *w)
{
    errno = pthread_create(&w->thread, NULL, wait_with_all, NULL);
    return errno == 0;
}

static void end_thread(union worker *w)
{
    errno = pthread_join(w->thread, NULL);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_join");
}

/* smaps_rollup has one line of each kind, smaps has one for each mapping. */
static void add_memory(pid_t process, struct memory *sum)
{
    static const char *const files[] = { "smaps_rollup", "smaps" };
    FILE *maps = NULL;
    for (int i = 0; i < 2 && maps == NULL; i++) {
        char path[64];
        snprintf(path, sizeof(path), "/proc/%d/%s", (int)process, files[i]);
        maps = fopen(path, "r");
    }
    char line[256];
    errno = maps == NULL ? errno : 0;
    while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
        if (strncmp(line, "Rss:", 4) == 0)
            sum->rss_kib += atol(line + 4);
        else if (strncmp(line, "Pss:", 4) == 0)
            sum->pss_kib += atol(line + 4);
    }
    if (errno != 0)
        snprintf(unread, sizeof(unread), "%s", strerror(errno));
    if (maps != NULL)
        fclose(maps);
}

static struct crowd run(bool processes, bool (*start)(union worker *),
                        void (*end)(union worker *))
{
    static union worker workers[WAITERS];
    struct crowd crowd = { .size = 0 };
    struct memory before = { 0, 0 };
    add_memory(getpid(), &before);
    if (pipe(here) < 0 || pipe(go) < 0)
        err(EXIT_FAILURE, "pipe");
    *waited = 0;
    while (crowd.size < WAITERS && start(&workers[crowd.size]))
        crowd.size++;
    if (crowd.size < WAITERS)
        warn("only %d of %d could be made", crowd.size, WAITERS);

    char byte;
    for (int i = 0; i < crowd.size; i++)
        if (read(here[0], &byte, 1) != 1)
            err(EXIT_FAILURE, "read");
    add_memory(getpid(), &crowd.grown); /* all are there, and wait */
    for (int i = 0; processes && i < crowd.size; i++)
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
    if (*waited != crowd.size) /* certain, and hence judged */
        errx(1, "not seen: of %d, %d have waited", crowd.size, *waited);
    return crowd;
}

static const char *each(long kib, int size)
{
    static char text[4][32];
    static int next;
    char *const cell = text[next++ % 4];
    if (unread[0] != '\0')
        return "not available";
    snprintf(cell, sizeof(text[0]), "%.1f KiB", (double)kib / size);
    return cell;
}

int main(void)
{
    char *const memory = malloc(MIB << 20);
    waited = mmap(NULL, sizeof(*waited), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == NULL || waited == MAP_FAILED)
        err(EXIT_FAILURE, "malloc or mmap");
    memset(memory, 1, MIB << 20); /* as a real program has some */
    setvbuf(stdout, NULL, _IOLBF, 0);

    const struct crowd p = run(true, start_process, end_process);
    const struct crowd t = run(false, start_thread, end_thread);
    if (p.size < LEAST || t.size < LEAST)
        errx(SKIPPED, "too few to see anything: the system refuses more");

    const double p_sum_s = p.size * NAP_MS / 1e3,
                 t_sum_s = t.size * NAP_MS / 1e3;
    puts("How many can wait at the same time, and what does one cost?\n");
    puts("                              process (fork)   thread (pthread)");
    printf("  waiters at the same time    %14d %18d\n", p.size, t.size);
    printf("  have waited, all together   %12.1f s %16.1f s\n", p_sum_s,
           t_sum_s);
    printf("  that took                   %12.2f s %16.2f s\n", p.took_s,
           t.took_s);
    puts("  memory for each of them");
    printf("    all it sees (RSS)         %14s %18s\n",
           each(p.grown.rss_kib, p.size), each(t.grown.rss_kib, t.size));
    printf("    its share (PSS)           %14s %18s\n\n",
           each(p.grown.pss_kib, p.size), each(t.grown.pss_kib, t.size));

    printf("Seen: %d processes and %d threads waited at the same time.\n",
           p.size, t.size);
    if (unread[0] != '\0')
        printf("      Memory is not available: %s.\n", unread);
    else
        printf(
            "      The processes' RSS adds up to %ld MiB; they take %ld MiB.\n",
            p.grown.rss_kib / 1024, p.grown.pss_kib / 1024);
    if (memory[(MIB << 20) - 1] != 1)
        errx(1, "not seen: the memory that all of them see is as it was");
    free(memory);
    return 0;
}
