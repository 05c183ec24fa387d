/* Main starts four workers, 0 1 2 3, which nap for random times: as processes,
 * then with the same naps as threads; and joins them as it started them. Look
 * at who is done when, and where main's joins come back. Then one worker with a
 * line to print is started many times, and main has a line, too: whose comes
 * first? Give a file name: what was measured goes there, too, for the chart. */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 4, STARTS = 200, KINDS = 2, BAR = 44 };

struct worker {
    pid_t pid; /* of a process */
    pthread_t thread;
    long nap_ms;
    double begun, ended, joined; /* µs since the first start */
};

static int paper[2];     /* a pipe: who prints first is read first */
static double origin_us; /* the first start */

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3 - origin_us;
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
} kinds[KINDS] = {
    { "process", "fork", start_process, join_process },
    { "thread", "pthread", start_thread, join_thread },
};

/* All at once. Says whether main's line was printed before all others. */
static int start_and_join(const struct kind *kind, struct worker *team, int n)
{
    char lines[WORKERS + 1];
    origin_us += now_us();
    for (int i = 0; i < n; i++)
        kind->start(&team[i]);
    print('m'); /* main goes on: this is its line */
    for (int i = 0; i < n; i++) {
        kind->join(&team[i]);
        team[i].joined = now_us();
    }
    if (read(paper[0], lines, (size_t)n + 1) != n + 1)
        err(EXIT_FAILURE, "read from a pipe");
    return lines[0] == 'm';
}

/* Random, but no two alike, and not in the order of the starts. */
static long choose_naps(struct worker (*teams)[WORKERS])
{
    srandom((unsigned)now_us() ^ (unsigned)getpid());
    const long first = 1 + random() % 3, step = 1 + random() % 2 * 2;
    long sum = 0;
    for (int i = 0; i < WORKERS; i++) {
        const long rank = (first + step * i) % WORKERS;
        const long nap = 20 + 25 * rank + random() % 16;
        teams[0][i].nap_ms = teams[1][i].nap_ms = nap;
        sum += nap;
    }
    return sum;
}

static int place(const struct worker *team, int i)
{
    int before = 0;
    for (int k = 0; k < WORKERS; k++)
        before += team[k].ended < team[i].ended;
    return before + 1;
}

static void draw(const struct kind *kind, const struct worker *team,
                 double column_us)
{
    printf("%s (%s)\n", kind->name, kind->how);
    for (int i = 0; i < WORKERS; i++) {
        const struct worker *const w = &team[i];
        const int from = (int)(w->begun / column_us);
        const int to = (int)(w->ended / column_us);
        const int joined = (int)(w->joined / column_us);
        printf("  worker %d  %3ld ms  ", i, w->nap_ms);
        for (int c = 0; c <= BAR; c++)
            putchar(c == joined              ? '|'
                    : c < from || c > joined ? ' '
                    : c <= to                ? '='
                                             : '.');
        printf("  done as no. %d\n", place(team, i));
    }
    puts("");
}

static void write_rows(const char *path, struct worker (*teams)[WORKERS])
{
    FILE *const rows = fopen(path, "w");
    if (rows == NULL)
        err(EXIT_FAILURE, "%s", path);
    fputs("kind,worker,place,nap_us,begun_us,ended_us,joined_us\n", rows);
    for (int k = 0; k < KINDS; k++)
        for (int i = 0; i < WORKERS; i++) {
            const struct worker *const w = &teams[k][i];
            fprintf(rows, "%s,%d,%d,%ld,%.1f,%.1f,%.1f\n", kinds[k].name, i,
                    place(teams[k], i), w->nap_ms * 1000, w->begun, w->ended,
                    w->joined);
        }
    if (fclose(rows) != 0)
        err(EXIT_FAILURE, "%s", path);
}

int main(int argc, char **argv)
{
    struct worker(*const teams)[WORKERS] = /* a child writes there, too */
        mmap(NULL, (KINDS + 1) * sizeof(*teams), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (teams == MAP_FAILED || pipe(paper) < 0)
        err(EXIT_FAILURE, "mmap or pipe");
    const long sum_ms = choose_naps(teams);

    int main_first[KINDS] = { 0 }, moved = 0;
    double all[KINDS];
    for (int k = 0; k < KINDS; k++) {
        start_and_join(&kinds[k], teams[k], WORKERS);
        all[k] = teams[k][WORKERS - 1].joined;
        for (int n = 0; n < STARTS; n++) /* a nap of 0 ms */
            main_first[k] += start_and_join(&kinds[k], teams[KINDS], 1);
        for (int i = 0; i < WORKERS; i++) {
            const struct worker *const w = &teams[k][i];
            if (w->joined < w->ended ||
                w->ended - w->begun < (double)w->nap_ms * 1e3 - 1)
                errx(1, "not seen: each naps all of its time, then is joined");
            moved += place(teams[k], i) != i + 1;
        }
    }
    if (argc > 1)
        write_rows(argv[1], teams);

    puts("Who is printed first, and who is done first?\n\n"
         "=== naps   ... is done, nobody asks   | main's join comes back\n");
    for (int k = 0; k < KINDS; k++)
        draw(&kinds[k], teams[k], (all[0] > all[1] ? all[0] : all[1]) / BAR);
    printf("%32s    threads\n", "processes");
    printf(
        "  all are done after    %5.0f ms   %5.0f ms    sum of naps %ld ms\n",
        all[0] / 1e3, all[1] / 1e3, sum_ms);
    printf("  main's line is first  %5d      %5d       of %d starts\n",
           main_first[0], main_first[1], STARTS);
    printf("\nSeen: joined as they were started, and %d of %d were done in "
           "another place.\n",
           moved, KINDS * WORKERS);
    return 0;
}
