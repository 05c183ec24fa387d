/* One process and one thread are created and waited for, round after round, and
 * a clock is read around each. Notice the lines "call is back" and "child is
 * gone": where you stop the clock decides what you have measured. An argument
 * is memory that the parent fills first, in MiB: build/labs/demo-03 256 */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WARMUPS = 5, LEAST = 15, ROUNDS = 300, BUDGET_MS = 400, MIB_MOST = 512 };
enum { MUCH = 5 }; /* rounds whose quartiles differ by more disagree */
enum { PROCESS, THREAD, KINDS };

static pid_t caller;
static double back[KINDS][ROUNDS], gone[KINDS][ROUNDS]; /* µs since the call */
static double ratios[ROUNDS];

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* What every child does: says whether it is a process of its own. */
static void *own_process(void *yes)
{
    return getpid() != caller ? yes : NULL;
}

/* Each creates one child. 1 if it was what it should be, else 0. */
static int by_process(int i)
{
    int status;
    const double begin = now_us();
    const pid_t child = fork();
    if (child < 0)
        err(EXIT_FAILURE, "fork");
    if (child == 0)
        _exit(own_process(&caller) != NULL ? 1 : 0);
    back[PROCESS][i] = now_us() - begin;
    if (waitpid(child, &status, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
    gone[PROCESS][i] = now_us() - begin;
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static int by_thread(int i)
{
    pthread_t thread;
    void *answer;
    const double begin = now_us();
    errno = pthread_create(&thread, NULL, own_process, &caller);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_create");
    back[THREAD][i] = now_us() - begin;
    errno = pthread_join(thread, &answer);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_join");
    gone[THREAD][i] = now_us() - begin;
    return answer == NULL;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts n numbers into their quartiles: least, 25 %, median, 75 %, greatest. */
static void quartiles(double *numbers, int n, double ret[5])
{
    qsort(numbers, (size_t)n, sizeof(*numbers), by_size);
    for (int q = 0; q <= 4; q++)
        ret[q] = numbers[(n - 1) * q / 4];
}

static void report(int n)
{
    /* A ratio is made within a round: what slows the machine down for a while
     * slows both of its halves. */
    int dearer = 0;
    for (int i = 0; i < n; i++) {
        ratios[i] = gone[PROCESS][i] / gone[THREAD][i];
        dearer += ratios[i] > 1;
    }
    double b[KINDS][5], g[KINDS][5], r[5];
    for (int kind = 0; kind < KINDS; kind++) {
        quartiles(back[kind], n, b[kind]);
        quartiles(gone[kind], n, g[kind]);
    }
    quartiles(ratios, n, r);

    const double *const p = g[PROCESS], *const t = g[THREAD];
    printf("  %3d rounds, in µs       process (fork)      thread (pthread)\n",
           n);
    printf("  call is back, median  %10.1f          %10.1f\n", b[PROCESS][2],
           b[THREAD][2]);
    printf("  child is gone, median %10.1f          %10.1f\n", p[2], t[2]);
    printf("    the middle half     %8.1f … %-8.1f %8.1f … %.1f\n", p[1], p[3],
           t[1], t[3]);
    printf("    fastest … slowest   %8.1f … %-8.1f %8.1f … %.1f\n", p[0], p[4],
           t[0], t[4]);
    printf("  process / thread, round by round: median %.1f, middle half "
           "%.1f … %.1f\n",
           r[2], r[1], r[3]);
    if (n < ROUNDS)
        printf("  (fewer than %d rounds, as each takes long)\n", ROUNDS);
    if (r[3] > MUCH * r[1])
        puts("  (the rounds disagree: something else is running)");
    puts("");

    /* Tossed coins lead by more than 2 √n once in twenty times. */
    const int lead = 2 * dearer - n;
    if (lead * lead > 4 * n)
        printf("Seen: a process cost %.1f times a thread", r[2]);
    else
        printf("Seen: not separated on this run");
    printf(" (dearer in %d of %d rounds).\n", dearer, n);
}

static long mib_from(const char *text)
{
    char *end;
    const long mib = strtol(text, &end, 10);
    if (end == text || *end != '\0' || mib < 0 || mib > MIB_MOST)
        errx(EXIT_FAILURE, "'%s': give MiB from 0 to %d", text, MIB_MOST);
    return mib;
}

int main(int argc, char **argv)
{
    const long mib = argc > 1 ? mib_from(argv[1]) : 0;
    const size_t bytes = ((size_t)mib << 20) + 1;
    char *const memory = malloc(bytes);
    if (memory == NULL)
        err(EXIT_FAILURE, "malloc");
    memset(memory, 1, bytes); /* memory that nobody touched is not there yet */
    caller = getpid();

    int (*const create[KINDS])(int) = { by_process, by_thread };
    int n = -WARMUPS, children = 0, as_claimed = 0;
    const double end = now_us() + BUDGET_MS * 1e3;
    for (; n < LEAST || (n < ROUNDS && now_us() < end); n++) {
        for (int turn = 0; turn < KINDS; turn++, children++) /* taking turns */
            as_claimed += create[(n + WARMUPS + turn) % KINDS](n < 0 ? 0 : n);
    }

    puts("What does a process cost, and what a thread?\n");
    report(n);

    /* How long it took is no reason to fail. These are. */
    const pid_t rest = waitpid(-1, NULL, WNOHANG);
    if (as_claimed != children || rest != -1 || memory[bytes - 1] != 1)
        errx(1,
             "not seen: of %d children %d were what they should be, and %s "
             "is left",
             children, as_claimed, rest == -1 ? "none" : "one");
    free(memory);
    printf("      All %d children (%d of them to warm up) ran, are gone, and "
           "were\n      what they should be.\n",
           children, WARMUPS * KINDS);
    return 0;
}
