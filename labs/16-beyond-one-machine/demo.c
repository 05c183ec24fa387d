/* The count of lab 11 by threads, by processes, and by MPI ranks: first what one
 * worker sees of another, then the time for each number of workers, then what it
 * costs to hand over one number. Notice what only the first two columns have in
 * common; and which of the three would go on working if the other worker stood
 * in another building. (`mpirun -n 2 build/labs/demo-16 ranks`: the count alone,
 * on the hosts that mpirun is told of.) */
#define _GNU_SOURCE /* sched_getaffinity, MAP_ANONYMOUS */
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BELOW = 300000, PRIMES = 25997, BLOCK = 1000, ROUNDS = 5 };
enum { WORKERS_MOST = 64, TRIPS = 100, SKIP = 77, LIMIT_S = 30 };
enum { THREAD, PROCESS, RANK, KINDS };

/* What a worker says of itself. */
struct card {
    long pid, marked; /* marked: the value of `mark`, as it sees it */
    const void *address;
    char host[65];
};

/* What a worker found, and how it was to find it. */
struct worker {
    pthread_t thread;
    pid_t child;
    int number, of;
    long primes;
    struct card card;
};

static long mark = 1; /* one variable, or one for each? */

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct card own_card(void)
{
    struct card card = { .pid = getpid(), .marked = mark, .address = &mark };
    gethostname(card.host, sizeof(card.host) - 1);
    return card;
}

/* Blocks of numbers are dealt in turn, like cards. */
static long count_primes(int number, int of)
{
    long primes = 0;
    for (int from = number * BLOCK; from < BELOW; from += of * BLOCK) {
        for (int n = from; n < from + BLOCK; n++) {
            bool prime = n == 2 || (n > 2 && n % 2 != 0);
            for (int d = 3; prime && d * d <= n; d += 2)
                prime = n % d != 0;
            primes += prime;
        }
    }
    return primes;
}

static void *work(void *arg)
{
    struct worker *const me = arg;
    me->primes = count_primes(me->number, me->of);
    me->card = own_card();
    return NULL;
}

static void by_threads(struct worker *workers, int n)
{
    for (int i = 0; i < n; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            errx(SKIP, "pthread_create: no thread %d", i);
    for (int i = 0; i < n; i++)
        pthread_join(workers[i].thread, NULL);
}

static void by_processes(struct worker *workers, int n)
{
    for (int i = 0; i < n; i++) {
        const pid_t child = fork();
        if (child < 0)
            err(SKIP, "fork");
        if (child == 0) {
            work(&workers[i]);
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

/* What the ranks found together: rank 0 has it, the others do not. */
struct report {
    long primes;
    double count_s;    /* from all there to all counted */
    double message_s;  /* one way, rank 0 to rank 1 */
    struct card other; /* rank 1's, come by message */
    long seen, came;   /* rank 0's mark when rank 1 had written to its own;
                          and what rank 1 sent of it */
};

/* A long goes to rank 1 and back. */
static double message_between_ranks(int me)
{
    long ball = 0;
    const double begin = now_s();
    for (int i = 0; i < TRIPS; i++) {
        if (me == 0)
            MPI_Send(&ball, 1, MPI_LONG, 1, 0, MPI_COMM_WORLD);
        if (me < 2)
            MPI_Recv(&ball, 1, MPI_LONG, 1 - me, 0, MPI_COMM_WORLD,
                     MPI_STATUS_IGNORE);
        if (me == 1)
            MPI_Send(&ball, 1, MPI_LONG, 0, 0, MPI_COMM_WORLD);
    }
    return (now_s() - begin) / (2 * TRIPS);
}

static void count_by_ranks(int me, int ranks, struct report *report)
{
    for (int round = 0; round < ROUNDS; round++) {
        long total = 0;
        MPI_Barrier(MPI_COMM_WORLD);
        const double begin = now_s();
        const long mine = count_primes(me, ranks);
        MPI_Reduce(&mine, &total, 1, MPI_LONG, MPI_SUM, 0, MPI_COMM_WORLD);
        const double took = now_s() - begin;
        double longest = took; /* who begins late must not count as fast */
        MPI_Reduce(&took, &longest, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
        if (round == 0 || longest < report->count_s)
            report->count_s = longest;
        report->primes = total;
    }
}

/* Rank 1 writes to its variable; what does rank 0 see in its own? */
static void look_at_each_other(int me, struct report *report)
{
    if (me == 1)
        mark = 42;
    MPI_Barrier(MPI_COMM_WORLD);
    const struct card card = own_card();
    report->seen = mark;
    if (me == 1)
        MPI_Send(&card, sizeof(card), MPI_BYTE, 0, 1, MPI_COMM_WORLD);
    if (me == 0)
        MPI_Recv(&report->other, sizeof(report->other), MPI_BYTE, 1, 1,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    report->came = report->other.marked;
}

/* For a person who has started mpirun: who was where. */
static void print_ranks(int me, int ranks, const struct report *report)
{
    const struct card card = own_card();
    for (int i = 0; i < ranks; i++) {
        struct card other = card;
        if (me == i && i > 0)
            MPI_Send(&card, sizeof(card), MPI_BYTE, 0, 2, MPI_COMM_WORLD);
        if (me == 0 && i > 0)
            MPI_Recv(&other, sizeof(other), MPI_BYTE, i, 2, MPI_COMM_WORLD,
                     MPI_STATUS_IGNORE);
        if (me == 0)
            printf("  rank %3d  host %-24s pid %8ld  &mark %p\n", i, other.host,
                   other.pid, other.address);
    }
    if (me == 0)
        printf("\n%ld primes below %d, in %.1f ms, by %d ranks\n",
               report->primes, BELOW, 1e3 * report->count_s, ranks);
}

/* Whoever waits for a host that is cut off would wait for ever. */
static void give_up(int signal)
{
    static const char words[] =
        "demo-16: a rank has waited too long: is a host cut off?\n";
    (void)signal;
    _exit(write(STDERR_FILENO, words, sizeof(words) - 1) < 0 ? 2 : 1);
}

static int be_a_rank(int argc, char **argv)
{
    struct report report = { 0 };
    int me, ranks;
    signal(SIGALRM, give_up);
    alarm(LIMIT_S);
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &me);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    count_by_ranks(me, ranks, &report);
    if (argc > 2 && ranks > 1) {
        look_at_each_other(me, &report);
        report.message_s = message_between_ranks(me);
    }
    if (argc == 2)
        print_ranks(me, ranks, &report);
    else if (me == 0 && fwrite(&report, sizeof(report), 1, stdout) != 1)
        err(EXIT_FAILURE, "what the ranks have to tell");
    MPI_Finalize();
    return report.primes == PRIMES || me > 0 ? 0 : 1;
}

/* In a child: becomes `mpirun -n N demo-16 ranks report`. Each MPI obeys its own
 * variables: more ranks than CPUs are welcome, and so is root, in a container;
 * nobody is tied to a CPU, as threads and processes are not; and who waits
 * yields its CPU now and then. */
static _Noreturn void become_launcher(int n, int out)
{
    char self[PATH_MAX] = "", number[16];
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 1);
    setenv("OMPI_MCA_mpi_yield_when_idle", "1", 1);
    setenv("OMPI_MCA_hwloc_base_binding_policy", "none", 1);
    setenv("PRTE_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("PRTE_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    setenv("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe", 1);
    setenv("PRTE_MCA_hwloc_default_binding_policy", "none", 1);
    snprintf(number, sizeof(number), "%d", n);
    close(STDIN_FILENO); /* what is typed is not for rank 0 */
    if (open("/dev/null", O_RDONLY) != STDIN_FILENO ||
        readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 ||
        dup2(out, STDOUT_FILENO) < 0)
        err(EXIT_FAILURE, "/dev/null, /proc/self/exe or dup2");
    execl(LAUNCHER, LAUNCHER, "-n", number, self, "ranks", "report", NULL);
    err(EXIT_FAILURE, "%s", LAUNCHER);
}

/* All of it, from the launch to the end: returns the seconds. */
static double by_ranks(int n, struct report *ret_report)
{
    int ends[2], status;
    const double begin = now_s();
    if (pipe(ends) < 0)
        err(SKIP, "pipe");
    const pid_t launcher = fork();
    if (launcher < 0)
        err(SKIP, "fork");
    if (launcher == 0)
        become_launcher(n, ends[1]);
    close(ends[1]);
    size_t used = 0;
    char *const bytes = (char *)ret_report;
    for (ssize_t got = 1;
         got > 0 && used<sizeof(*ret_report); used += got> 0 ? (size_t)got : 0)
        got = read(ends[0], bytes + used, sizeof(*ret_report) - used);
    close(ends[0]);
    if (waitpid(launcher, &status, 0) < 0 || used < sizeof(*ret_report))
        errx(SKIP, "%s has started no %d ranks; its words are above", LAUNCHER,
             n);
    return now_s() - begin;
}

/* The same ball, through two pipes. */
static double message_through_pipes(void)
{
    int there[2], back[2], status;
    long ball = 0;
    if (pipe(there) < 0 || pipe(back) < 0)
        err(SKIP, "pipe");
    const pid_t child = fork();
    if (child < 0)
        err(SKIP, "fork");
    const double begin = now_s();
    const int in = child == 0 ? there[0] : back[0];
    const int out = child == 0 ? back[1] : there[1];
    for (int i = 0; i < TRIPS; i++) {
        if (child != 0 && write(out, &ball, sizeof(ball)) < 0)
            err(EXIT_FAILURE, "write");
        if (read(in, &ball, sizeof(ball)) != sizeof(ball))
            err(EXIT_FAILURE, "read");
        if (child == 0 && write(out, &ball, sizeof(ball)) < 0)
            _exit(EXIT_FAILURE);
    }
    if (child == 0)
        _exit(0);
    const double took = now_s() - begin;
    waitpid(child, &status, 0);
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
    return took / (2 * TRIPS);
}

/* And through a number that two processes share: each waits for its turn. */
static double message_through_mapping(void)
{
    int status;
    void *const page = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        err(SKIP, "mmap");
    _Atomic long *const ball = page;
    *ball = 0;
    const pid_t child = fork();
    if (child < 0)
        err(SKIP, "fork");
    const double begin = now_s();
    for (long turn = child == 0; turn < 2 * TRIPS; turn += 2) {
        while (*ball != turn)
            sched_yield();
        *ball = turn + 1;
    }
    if (child == 0)
        _exit(0);
    waitpid(child, &status, 0);
    const double took = now_s() - begin;
    munmap(page, sizeof(long));
    return took / (2 * TRIPS);
}

static void *write_mark(void *card)
{
    mark = 42;
    *(struct card *)card = own_card();
    return NULL;
}

/* Worker 1, as it says; and what worker 0 then sees in `mark`. */
struct sight {
    struct card card;
    long seen;
};

static void look_at_workers(struct worker *workers, struct sight *sights)
{
    pthread_t thread;
    const pid_t child = fork();
    if (child == 0) {
        write_mark(&workers[0].card);
        _exit(0);
    }
    if (child < 0 || waitpid(child, NULL, 0) < 0)
        err(SKIP, "fork");
    sights[PROCESS] = (struct sight){ workers[0].card, mark };
    if (pthread_create(&thread, NULL, write_mark, &sights[THREAD].card) != 0)
        errx(SKIP, "pthread_create");
    pthread_join(thread, NULL);
    sights[THREAD].seen = mark;
}

/* Who sees what of whom. False: something else was seen than must be. */
static bool show_each_other(const struct sight *sights, long came)
{
    printf("%-22s %16s %16s %16s\n", "Worker 1, seen from 0", "thread",
           "process (fork)", "rank (MPI)");
    printf("  %-20s", "its host");
    for (int kind = 0; kind < KINDS; kind++)
        printf(" %16.16s", sights[kind].card.host);
    printf("\n  %-20s", "its pid");
    for (int kind = 0; kind < KINDS; kind++)
        printf(" %6s %9ld", sights[kind].card.pid == getpid() ? "(mine)" : "",
               sights[kind].card.pid);
    printf("\n  %-20s", "&mark, there");
    for (int kind = 0; kind < KINDS; kind++)
        printf(" %16p", sights[kind].card.address);
    printf("\n  %-20s %16d %16d %16d\n  %-20s", "mark: it writes", 42, 42, 42,
           "mark: worker 0 sees");
    for (int kind = 0; kind < KINDS; kind++)
        printf(" %16ld", sights[kind].seen);
    printf("\n  %-20s %16s %16s %16ld\n\n", "mark: by message", "-", "-", came);
    return sights[THREAD].seen == 42 && sights[PROCESS].seen == 1 &&
           sights[RANK].seen == 1 && came == 42 &&
           sights[THREAD].card.pid == getpid() &&
           sights[PROCESS].card.pid != getpid();
}

/* Counts once by n of a kind, which is judged; how long it took is not. */
static double count(void (*by)(struct worker *, int), struct worker *workers,
                    int n)
{
    double fastest_s = 0;
    for (int round = 0; round < ROUNDS; round++) {
        long primes = 0;
        for (int i = 0; i < n; i++)
            workers[i] = (struct worker){ .number = i, .of = n };
        const double begin = now_s();
        by(workers, n);
        const double took = now_s() - begin;
        if (round == 0 || took < fastest_s)
            fastest_s = took;
        for (int i = 0; i < n; i++)
            primes += workers[i].primes;
        if (primes != PRIMES)
            errx(1, "not seen: %d workers found %ld primes, not %d", n, primes,
                 PRIMES);
    }
    return fastest_s;
}

/* One number of workers, of each kind. */
struct row {
    int n;
    double thread_s, process_s, launch_s;
    struct report ranks;
};

static void fill_row(struct row *row, int n, struct worker *workers)
{
    row->n = n;
    row->launch_s = by_ranks(n, &row->ranks);
    if (row->ranks.primes != PRIMES)
        errx(1, "not seen: %d ranks found %ld primes, not %d", n,
             row->ranks.primes, PRIMES);
    row->thread_s = count(by_threads, workers, n);
    row->process_s = count(by_processes, workers, n);
}

static void print_rows(const struct row *rows, int n, int cpus)
{
    printf("%-16s %15s %15s %27s\n", "Primes below", "threads", "processes",
           "ranks");
    printf("%d; CPUs: %-4d %7s %7s %7s %7s %9s %8s %8s\n", BELOW, cpus, "ms",
           "speedup", "ms", "speedup", "ms", "speedup", "launch");
    for (int i = 0; i < n; i++) {
        const struct row *const row = &rows[i];
        printf("  %3d worker%s  %10.1f %7.2f %7.1f %7.2f %9.1f %8.2f %8.0f\n",
               row->n, row->n == 1 ? " " : "s", 1e3 * row->thread_s,
               rows[0].thread_s / row->thread_s, 1e3 * row->process_s,
               rows[0].process_s / row->process_s, 1e3 * row->ranks.count_s,
               rows[0].ranks.count_s / row->ranks.count_s,
               1e3 * (row->launch_s - ROUNDS * row->ranks.count_s));
    }
    puts("  (launch: what mpirun takes beside the count, in ms)\n");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "ranks") == 0)
        return be_a_rank(argc, argv);

    cpu_set_t set;
    struct worker *const workers =
        mmap(NULL, WORKERS_MOST * sizeof(*workers), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (workers == MAP_FAILED || sched_getaffinity(0, sizeof(set), &set) < 0)
        err(SKIP, "mmap or sched_getaffinity");
    const int usable = CPU_COUNT(&set);
    const int most = usable < WORKERS_MOST ? usable : WORKERS_MOST;

    /* 1, 2, and as many as there are CPUs: each launch takes its time. */
    struct row rows[3];
    struct sight sights[KINDS];
    const int n = most > 2 ? 3 : 2;
    for (int i = 0; i < n; i++)
        fill_row(&rows[i], i < 2 ? i + 1 : most, workers);
    const struct report *const two = &rows[1].ranks;
    look_at_workers(workers, sights);
    sights[RANK] = (struct sight){ two->other, two->seen };

    puts("One count, three sorts of workers: which could stand elsewhere?\n");
    if (!show_each_other(sights, two->came))
        errx(1, "not seen: mark is shared by threads, and by nobody else");
    print_rows(rows, n, usable);
    printf("One number, from one worker to another, us:\n"
           "  a shared mapping %.2f, a pipe %.2f, a message between ranks "
           "%.2f\n\n",
           1e6 * message_through_mapping(), 1e6 * message_through_pipes(),
           1e6 * two->message_s);
    printf("Seen: %d primes, whoever counted. A thread's 42 is everybody's; a "
           "process's\nand a rank's stay where they are, and a message brings "
           "them.\n",
           PRIMES);
    return 0;
}
