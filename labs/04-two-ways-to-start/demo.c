/* A worker is told what to run in two ways: it is given a function and an
 * argument; or a struct is derived from it, with a run of its own. Both are
 * started, as a process and as a thread. Last, a run is called with no start at
 * all. Compare getpid() and gettid() with those of main. Then look at the
 * answer: what comes back, and what does main find in its own struct? */
#define _GNU_SOURCE /* gettid */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
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

struct sight {
    pid_t pid, tid;
    int given, came_back, found;
};

static struct sight *shared; /* memory of which a child gets no copy: lab 06 */

static int square(struct job *job)
{
    *shared = (struct sight){ getpid(), gettid(), job->number, 0, 0 };
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

static const struct column {
    int (*run)(struct worker *self);
    int (*go)(struct worker *w);
    int other_process, other_thread, comes_home; /* what is claimed */
} columns[] = {
    { run_target, as_process, 1, 1, 0 },   { run_squarer, as_process, 1, 1, 0 },
    { run_target, as_thread, 0, 1, 1 },    { run_squarer, as_thread, 0, 1, 1 },
    { run_squarer, only_called, 0, 0, 1 },
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static struct sight look(const struct column *column, int number)
{
    struct squarer w = { .job = { .number = number } };
    w.base = (struct worker){ run_target, square, &w.job };
    w.base.run = column->run; /* which may override it */
    const int came_back = column->go(&w.base);
    struct sight sight = *shared;
    sight.came_back = came_back;
    sight.found = w.job.answer;
    return sight;
}

static void print_row(const char *name, const struct sight *sights,
                      size_t offset)
{
    printf("  %-18s", name);
    for (int i = 0; i < COLUMNS; i++)
        printf(" %-*d", i + 1 < COLUMNS ? 11 : 0,
               *(const int *)((const char *)&sights[i] + offset));
    puts("");
}

int main(void)
{
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    struct sight sights[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        sights[i] = look(&columns[i], 3 + i);

    puts("Hand over a function or override run: what differs?\n");
    puts("                     process (fork)          thread (pthread)        "
         "no start\n"
         "                     target      own run     target      own run     "
         "run called\n");
    print_row("was given", sights, offsetof(struct sight, given));
    print_row("getpid()", sights, offsetof(struct sight, pid));
    print_row("gettid()", sights, offsetof(struct sight, tid));
    print_row("came back", sights, offsetof(struct sight, came_back));
    print_row("in main's struct", sights, offsetof(struct sight, found));
    printf("\n  main: getpid() %d, gettid() %d\n", getpid(), gettid());

    for (int i = 0; i < COLUMNS; i++) {
        const struct column *const c = &columns[i];
        const struct sight *const s = &sights[i];
        const int answer = (3 + i) * (3 + i);
        if (s->given != 3 + i || s->came_back != answer ||
            s->found != (c->comes_home ? answer : 0) ||
            (s->pid != getpid()) != c->other_process ||
            (s->tid != gettid()) != c->other_thread)
            errx(1,
                 "not seen: in column %d the ids, or the answer, are not what "
                 "this program claims",
                 i + 1);
    }
    puts("\nSeen: target or own run, each start had run called by somebody "
         "new; a "
         "mere call\nhad main do it. What run wrote into its struct came home "
         "from no process.");
    return 0;
}
