/* A worker is told what to run in two ways: it is given a function and an
 * argument; or a struct is derived from it, with a run of its own. Both are
 * started, as a process and as a thread. Last, a run is called with no start at
 * all. Compare getpid() and gettid() with those of main. Then look at the
 * answer: what comes back, and what does main find in its own struct? */
#define _GNU_SOURCE /* gettid */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* The work: a number to be squared, and a place for the answer. */
struct job {
    int number, answer;
};

/* The base. A new worker calls run, wherever that leads. */
struct worker {
    int (*run)(struct worker *self);
    int (*target)(struct job *job);
    struct job *argument;
};

/* Derived from it: the base comes first, so both have one address. */
struct squarer {
    struct worker base;
    struct job job;
};

/* Who squared? In memory of which a child gets no copy: lab 06. */
static struct ids {
    pid_t pid, tid;
} * ids;

static int square(struct job *job)
{
    *ids = (struct ids){ getpid(), gettid() };
    return job->answer = job->number * job->number;
}

static int run_target(struct worker *self)
{
    return self->target(self->argument);
}

static int run_squarer(struct worker *self)
{
    return square(&((struct squarer *)self)->job);
}

static int as_process(struct worker *w)
{
    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    if (child < 0)
        err(EXIT_FAILURE, "fork");
    if (child == 0)
        _exit(w->run(w));

    int status;
    if (waitpid(child, &status, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void *thread_main(void *arg)
{
    struct worker *const w = arg;
    static int result; /* static: it outlives the thread's own stack */
    result = w->run(w);
    return &result;
}

static int as_thread(struct worker *w)
{
    pthread_t thread;
    void *result;
    errno = pthread_create(&thread, NULL, thread_main, w);
    if (errno == 0)
        errno = pthread_join(thread, &result);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_create or pthread_join");
    return *(int *)result;
}

static int only_called(struct worker *w)
{
    return w->run(w);
}

static const struct way {
    const char *name;
    int (*run)(struct worker *self);
    int (*go)(struct worker *w);
    int other_process, other_thread, comes_home; /* what is claimed */
} ways[] = {
    { "process, target", run_target, as_process, 1, 1, 0 },
    { "process, own run", run_squarer, as_process, 1, 1, 0 },
    { "thread, target", run_target, as_thread, 0, 1, 1 },
    { "thread, own run", run_squarer, as_thread, 0, 1, 1 },
    { "run called by main", run_squarer, only_called, 0, 0, 1 },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static void try(const struct way *way, int number)
{
    struct squarer w = { .job = { .number = number } };
    w.base = (struct worker){ run_target, square, &w.job };
    w.base.run = way->run; /* overrides it, or is the same */
    const int answer = way->go(&w.base);
    printf("  %-18s %8d %8d %9d %10d %17d\n", way->name, ids->pid, ids->tid,
           number, answer, w.job.answer);

    if (answer != number * number ||
        w.job.answer != (way->comes_home ? answer : 0) ||
        (ids->pid != getpid()) != way->other_process ||
        (ids->tid != gettid()) != way->other_thread)
        errx(1, "not seen: the last line is not what this program claims");
}

int main(void)
{
    ids = mmap(NULL, sizeof(*ids), PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ids == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");

    puts("Hand over a function or override run: what differs?\n");
    printf("  %-18s getpid() gettid() was given  came back  in main's struct\n",
           "");
    printf("  %-18s %8d %8d\n", "main", getpid(), gettid());
    for (int i = 0; i < WAYS; i++)
        try(&ways[i], 3 + i);

    puts(
        "\nSeen: target or own run, each start had run called by somebody new; "
        "a mere call\nhad main do it. What run wrote into its struct came home "
        "from no process.");
    return 0;
}
