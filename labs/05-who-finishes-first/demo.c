/* Main starts four workers, 0 1 2 3, which nap for random times: as processes,
 * then with the same naps as threads; and joins them as it started them. Look
 * at who is done when, and where main's joins come back. Then one worker with a
 * line to print is started many times, and main has a line, too: whose comes
 * first? Give a file name: what was measured goes there, too, for the chart. */
#define _GNU_SOURCE /* gettid */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 4, STARTS = 200, LEAST_MS = 20, MOST_MS = 120 };
enum { BAR = 50 }; /* columns */

struct worker {
    pid_t pid; /* of a process */
    pthread_t thread;
    long nap_ms;
    pid_t tid;                            /* what it says of itself */
    double started, begun, ended, joined; /* µs since the first start */
};

static int paper[2]; /* a pipe: who prints first is read first */

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void print(char line)
{
    if (write(paper[1], &line, 1) != 1)
        err(EXIT_FAILURE, "write to a pipe");
}

static void *print_and_nap(void *arg)
{
    struct worker *const w = arg;
    const struct timespec time = { 0, w->nap_ms * 1000000 };
    w->begun = now_us();
    w->tid = gettid();
    print('w');
    if (w->nap_ms > 0 && nanosleep(&time, NULL) < 0)
        err(EXIT_FAILURE, "nanosleep");
    w->ended = now_us();
    return NULL;
}

static void start_process(struct worker *w)
{
    const pid_t child = fork();
    if (child < 0)
        err(EXIT_FAILURE, "fork");
    if (child == 0) {
        print_and_nap(w);
        _exit(0);
    }
    w->pid = child; /* by the parent alone: *w is shared */
}

static void join_process(struct worker *w)
{
    int status;
    if (waitpid(w->pid, &status, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0)
        errx(EXIT_FAILURE, "a child did not end well");
}

static void start_thread(struct worker *w)
{
    errno = pthread_create(&w->thread, NULL, print_and_nap, w);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_create");
}

static void join_thread(struct worker *w)
{
    errno = pthread_join(w->thread, NULL);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_join");
}

static const struct kind {
    const char *name, *how;
    void (*start)(struct worker *w);
    void (*join)(struct worker *w);
} kinds[] = {
    { "process", "fork", start_process, join_process },
    { "thread", "pthread", start_thread, join_thread },
};
enum { KINDS = 2 };

/* All at once. Says whether main's line was printed before all others. */
static int start_and_join(const struct kind *kind, struct worker *team, int n)
{
    char lines[WORKERS + 1];
    for (int i = 0; i < n; i++) {
        team[i].started = now_us();
        kind->start(&team[i]);
    }
    print('m'); /* main goes on: this is its line */
    for (int i = 0; i < n; i++) {
        kind->join(&team[i]);
        team[i].joined = now_us();
    }
    if (read(paper[0], lines, (size_t)n + 1) != n + 1)
        err(EXIT_FAILURE, "read from a pipe");

    const double origin = team[0].started;
    for (struct worker *w = team; w < team + n; w++) {
        w->started -= origin;
        w->begun -= origin;
        w->ended -= origin;
        w->joined -= origin;
    }
    return lines[0] == 'm';
}

static int place(const struct worker *team, int i)
{
    int before = 0;
    for (int k = 0; k < WORKERS; k++)
        before += team[k].ended < team[i].ended ||
                  (team[k].ended == team[i].ended && k < i);
    return before;
}

/* A bar from begin to end; where the joins came back, in main's row. */
static void draw(const struct kind *kind, const struct worker *team,
                 double span, FILE *rows)
{
    static const char *const places[] = { "1st", "2nd", "3rd", "4th" };
    char joins[BAR + 2 * WORKERS];
    int used = 0;
    memset(joins, ' ', sizeof(joins));
    printf("%s (%s)\n", kind->name, kind->how);
    for (int i = 0; i < WORKERS; i++) {
        const struct worker *const w = &team[i];
        const int from = (int)(w->begun / span * BAR);
        const int to = (int)(w->ended / span * BAR);
        printf("  worker %d  %3ld ms  %*s", i, w->nap_ms, from, "");
        for (int c = from; c <= to; c++)
            putchar('=');
        printf("%*s%s\n", BAR + 2 - to, "", places[place(team, i)]);
        const int at = (int)(w->joined / span * BAR);
        used = at > used ? at : used; /* at one moment: side by side */
        joins[used++] = (char)('0' + i);
        if (rows != NULL)
            fprintf(rows, "%s,%d,%d,%ld,%.1f,%.1f,%.1f,%.1f\n", kind->name, i,
                    place(team, i) + 1, w->nap_ms * 1000, w->started, w->begun,
                    w->ended, w->joined);
    }
    printf("  main joins        %.*s\n\n", used, joins);
}

/* Certain on every machine, however long it takes. */
static void judge(const struct worker *team)
{
    for (int i = 0; i < WORKERS; i++) {
        const struct worker *const w = &team[i];
        int strange = w->tid == getpid() || w->started > w->begun ||
                      w->ended - w->begun < (double)w->nap_ms * 1e3 - 1 ||
                      w->ended > w->joined;
        for (int k = 0; k < i; k++)
            strange |= team[k].tid == w->tid || team[k].joined > w->joined;
        if (strange)
            errx(1, "not seen: worker %d naps by itself, then is joined", i);
    }
}

static FILE *open_rows(const char *path)
{
    if (path == NULL)
        return NULL;
    FILE *const rows = fopen(path, "w");
    if (rows == NULL)
        err(EXIT_FAILURE, "%s", path);
    fputs("kind,worker,place,nap_us,started_us,begun_us,ended_us,joined_us\n",
          rows);
    return rows;
}

/* The same for both teams. */
static void choose_naps(struct worker (*teams)[WORKERS], long *ret_longest,
                        long *ret_sum)
{
    *ret_longest = *ret_sum = 0;
    srandom((unsigned)now_us() ^ (unsigned)getpid());
    for (int i = 0; i < WORKERS; i++) {
        const long nap = LEAST_MS + random() % (MOST_MS - LEAST_MS + 1);
        teams[0][i].nap_ms = teams[1][i].nap_ms = nap;
        *ret_longest = nap > *ret_longest ? nap : *ret_longest;
        *ret_sum += nap;
    }
}

int main(int argc, char **argv)
{
    FILE *const rows = open_rows(argc > 1 ? argv[1] : NULL);
    struct worker(*const teams)[WORKERS] = /* a child writes there, too */
        mmap(NULL, (KINDS + 1) * sizeof(*teams), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (teams == MAP_FAILED || pipe(paper) < 0)
        err(EXIT_FAILURE, "mmap or pipe");
    long longest, sum;
    choose_naps(teams, &longest, &sum);

    int main_first[KINDS] = { 0 }, in_order = 1;
    double all_ms[KINDS];
    fflush(NULL); /* text that waits to be printed would be copied, too */
    for (int k = 0; k < KINDS; k++) {
        start_and_join(&kinds[k], teams[k], WORKERS);
        all_ms[k] = teams[k][WORKERS - 1].joined / 1e3;
        for (int n = 0; n < STARTS; n++) /* a nap of 0 ms */
            main_first[k] += start_and_join(&kinds[k], teams[KINDS], 1);
    }

    puts("Who is printed first, and who is done first?\n");
    const double span_ms = all_ms[0] > all_ms[1] ? all_ms[0] : all_ms[1];
    for (int k = 0; k < KINDS; k++)
        draw(&kinds[k], teams[k], span_ms * 1e3, rows);
    if (rows != NULL && fclose(rows) != 0)
        err(EXIT_FAILURE, "%s", argv[1]);
    puts("                                processes     threads");
    printf("  all are done after            %6.1f ms   %6.1f ms    longest nap "
           "%ld, sum %ld\n",
           all_ms[0], all_ms[1], longest, sum);
    printf("  main's line came first in     %4d        %4d         of %d "
           "starts\n",
           main_first[0], main_first[1], STARTS);

    for (int k = 0; k < KINDS; k++) {
        judge(teams[k]);
        for (int i = 0; i < WORKERS; i++)
            in_order &= place(teams[k], i) == i;
    }
    const double nap = (double)longest;
    printf("\nSeen: started and joined as 0 1 2 3, done %s. All four took\n"
           "%.2f and %.2f times the longest nap; one after the other, it would "
           "be %.2f.\n",
           in_order ? "so, too, by chance" : "in another order",
           all_ms[0] / nap, all_ms[1] / nap, (double)sum / nap);
    return 0;
}
