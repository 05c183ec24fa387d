/* Checks exercise 10. The caller has filled some pages; touch writes some of
 * them, all or none, or only reads. How many are copied is certain, but for a
 * few: so the check asks for numbers that are far apart. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_NOHUGEPAGE, syscall */
#include "checking.h"
#include "exercise.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Far apart in their low eight bits, too: 88 and 220. */
enum { SOME = 600, PAGES = 1500, NOBODY = -1 };
enum { FILLED = 1, WRITTEN = 2 };

/* One call of pages_copied: what touch is to do there. */
struct task {
    const char *did; /* in words */
    int pages;
    bool reads;   /* and does not write */
    bool waits;   /* at the gate, before it begins */
    bool is_shot; /* in the middle */
};

static const struct task series[] = {
    { .did = "wrote to 600 of the caller's 1500 pages", .pages = SOME },
    { .did = "wrote nothing" },
    { .did = "read all 1500 pages", .pages = PAGES, .reads = true },
    { .did = "wrote to all 1500 pages", .pages = PAGES },
};
enum { WRITES_SOME, NOTHING, READS_ALL, WRITES_ALL, TASKS };

/* What a trial tells the check. */
static struct facts {
    const struct task *tasks;
    int n, now; /* which of them */
    pid_t caller;
    pid_t pid, tid;           /* who called touch last */
    _Atomic int calls[TASKS]; /* of touch */
    struct gate inside;       /* where it waits */
    bool early;               /* the caller was back while it did */
    bool changed;             /* the caller's memory, by touch */
    long results[TASKS];
} * facts;

static volatile char *memory; /* filled in the judge: nobody shares it */
static size_t page_bytes;

/* A sanitizer would count in memory of its own. */
__attribute__((no_sanitize("address", "thread", "undefined"))) static void
visit(const struct task *task)
{
    for (int k = 0; k < task->pages; k++) {
        const int which = k * (PAGES / task->pages);
        volatile char *const page = memory + (size_t)which * page_bytes;
        if (task->is_shot && k == task->pages / 2)
            raise(SIGKILL);
        if (task->reads)
            (void)page[0];
        else
            page[0] = page[page_bytes / 2] = page[page_bytes - 1] = WRITTEN;
    }
}

static void fill_memory(void)
{
    page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    void *const got = mmap(NULL, PAGES * page_bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED)
        err(77, "cannot be checked here: %d pages of memory", PAGES);
    madvise(got, PAGES * page_bytes, MADV_NOHUGEPAGE); /* if it knows any */
    memset(got, FILLED, PAGES * page_bytes);
    memory = got;
}

static bool memory_changed(void)
{
    for (size_t k = 0; k < PAGES; k++)
        if (memory[k * page_bytes] != FILLED)
            return true;
    return false;
}

static void touch(void *arg)
{
    const struct task *const task = arg;
    facts->pid = getpid();
    facts->tid = (pid_t)syscall(SYS_gettid);
    facts->calls[facts->now]++;
    if (task->waits)
        gate_wait(&facts->inside);
    visit(task);
}

static long call(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    for (int k = 0; k < facts->n; k++) {
        struct task task = facts->tasks[k];
        facts->now = k;
        const long result = pages_copied(touch, &task);
        if (getpid() != facts->caller)
            return 0; /* ran on */
        facts->results[k] = result;
        facts->changed |= memory_changed();
    }
    return 0;
}

static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    facts->early |= gate_waiting(&facts->inside) > 0 && now->returned;
    return gate_release(&facts->inside) > 0;
}

static struct outcome try(const struct task *tasks, int n)
{
    memset(facts, 0, sizeof(*facts));
    facts->tasks = tasks;
    facts->n = n;
    const struct trial trial = {
        .body = call,
        .on_quiet = on_quiet,
        .facts = facts,
    };
    return trial_run(&trial);
}

/* In a process of its own, with memory of its own? */
static void judge_where(const struct outcome *outcome)
{
    if (facts->pid == facts->caller)
        verdict_fail(
            outcome,
            "touch() was called in the caller's own process%s. There nothing "
            "is copied, for the memory is the caller's; it is changed. See "
            "fork(2), RETURN VALUE.",
            facts->tid != facts->pid ? ", by another thread of it" : "");
    if (facts->changed)
        verdict_fail(
            outcome,
            "touch() wrote in another process, and the caller's memory changed "
            "with it: the two share it, so nothing is copied. See vfork(2), "
            "and clone(2), CLONE_VM.");
}

static void judge_calls(const struct outcome *outcome)
{
    judge_where(outcome);
    if (facts->early)
        verdict_fail(
            outcome,
            "pages_copied came back while its child was still inside touch(). "
            "What that will have written, nobody can know yet; and its faults "
            "are in RUSAGE_CHILDREN when it has been waited for, not before. "
            "See waitpid(2), getrusage(2).");
    verdict_common(outcome);
    for (int k = 0; k < facts->n; k++) {
        if (facts->calls[k] == 0)
            verdict_fail(
                outcome,
                "pages_copied gave back %ld, and touch() was not called, in "
                "no process. See fork(2), and exercise.h.",
                facts->results[k]);
        if (facts->calls[k] > 1)
            verdict_fail(
                outcome,
                "touch() was called %d times. In a second call it finds its "
                "pages copied; and who else calls it writes as well. See "
                "exercise.h.",
                facts->calls[k]);
    }
}

static bool near(long a, long b)
{
    return labs(a - b) <= SLACK;
}

static long expected(const struct task *task)
{
    return task->reads ? 0 : task->pages;
}

/* Nothing to speak of, whatever touch wrote. */
static bool all_few(const long *r)
{
    for (int k = 0; k < TASKS; k++)
        if (labs(r[k]) > SOME / 3)
            return false;
    return true;
}

/* Mistakes that can be told by their numbers: whose account was read, and how
 * did the count get home? */
static void judge_road(const struct outcome *outcome, const long *r)
{
    if (near(r[WRITES_SOME], SOME % 256) && near(r[WRITES_ALL], PAGES % 256))
        verdict_fail(
            outcome,
            "touch %s, and you counted %ld. An exit status carries eight bits, "
            "and 600 mod 256 is 88: bigger numbers need another road. See "
            "_exit(2), and pipe(2) or mmap(2), MAP_SHARED.",
            series[WRITES_SOME].did, r[WRITES_SOME]);
    if (all_few(r))
        verdict_fail(
            outcome,
            "touch %s, and you counted %ld; it wrote to all 1500, and you "
            "counted %ld. Whose count is that, from when to when, and how did "
            "it get home? A parent's own faults do not grow by its child's, "
            "and what a child stores stays in the child. See getrusage(2).",
            series[WRITES_SOME].did, r[WRITES_SOME], r[WRITES_ALL]);
    if (near(r[WRITES_SOME], SOME) && near(r[NOTHING], r[WRITES_SOME]))
        verdict_fail(
            outcome,
            "touch %s, and you counted %ld; then, in another call, it wrote "
            "nothing, and you counted %ld. RUSAGE_CHILDREN is the account of "
            "all children that were ever waited for. See getrusage(2).",
            series[WRITES_SOME].did, r[WRITES_SOME], r[NOTHING]);
}

/* Or: what was counted, and in which unit? */
static void judge_count(const struct outcome *outcome, const long *r)
{
    const long kib = (long)page_bytes / 1024;
    if (r[NOTHING] >= PAGES && near(r[NOTHING], r[WRITES_ALL]))
        verdict_fail(
            outcome,
            "touch wrote nothing, and you counted %ld pages; it wrote to all "
            "1500, and you counted %ld. fork() does not copy the pages: both "
            "processes have the same ones, until one of them writes. See "
            "fork(2), NOTES.",
            r[NOTHING], r[WRITES_ALL]);
    if (r[READS_ALL] > PAGES / 2 && r[NOTHING] < PAGES / 2)
        verdict_fail(
            outcome,
            "touch read 1500 pages, wrote to none, and you counted %ld. Who "
            "reads needs no copy: parent and child may look at one page. "
            "Count what was written. See fork(2), NOTES.",
            r[READS_ALL]);
    if (near(r[WRITES_SOME] / kib, SOME) && near(r[WRITES_ALL] / kib, PAGES))
        verdict_fail(
            outcome,
            "touch %s, and you counted %ld: those are KiB, and a page has %ld "
            "of them here. See sysconf(3), _SC_PAGESIZE.",
            series[WRITES_SOME].did, r[WRITES_SOME], kib);
    for (int k = 0; k < TASKS; k++)
        if (!near(r[k], expected(&series[k])))
            verdict_fail(
                outcome,
                "touch %s, so %ld pages were copied (and up to %d more, or "
                "fewer, do not matter). You counted %ld. Each page is one "
                "fault, at the first write. See getrusage(2), ru_minflt.",
                series[k].did, expected(&series[k]), SLACK, r[k]);
}

static void calls_touch_once_in_a_child(void **state)
{
    (void)state;
    static const struct task task = { .pages = SOME, .waits = true };
    const struct outcome outcome = try(&task, 1);
    judge_calls(&outcome);
    verdict_leftovers(&outcome);
}

static void counts_what_was_written(void **state)
{
    (void)state;
    const struct outcome outcome = try(series, TASKS);
    judge_calls(&outcome);
    judge_road(&outcome, facts->results);
    judge_count(&outcome, facts->results);
    verdict_leftovers(&outcome);
}

static void says_when_touch_was_cut_short(void **state)
{
    (void)state;
    static const struct task task = { .pages = PAGES, .is_shot = true };
    const struct outcome outcome = try(&task, 1);
    judge_calls(&outcome);
    if (facts->results[0] != -1)
        verdict_fail(
            &outcome,
            "SIGKILL ended the child in the middle of touch(), and you "
            "reported %ld; the contract says -1. Nobody has counted to the "
            "end. See wait(2), WIFSIGNALED, and read(2) on the end of a pipe.",
            facts->results[0]);
    verdict_leftovers(&outcome);
}

static void says_when_there_was_no_child(void **state)
{
    (void)state;
    int refused = 0, tried = 1;
    for (; refused < tried; refused++) { /* an answer may need two children */
        births_count_only();
        births_fail_at(refused);
        const struct outcome outcome = try(series, 1);
        tried = births_tried_processes();
        if (tried == 0)
            checking_skip("your child is not made by fork(), so there is no "
                          "call to refuse");
        verdict_common(&outcome);
        if (facts->results[0] != -1)
            verdict_fail(
                &outcome,
                "The system refused a child (fork() gave -1) and you reported "
                "%ld; the contract says -1. See fork(2), ERRORS.",
                facts->results[0]);
        verdict_leftovers(&outcome);
    }
}

static long faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/* Some systems that pass for Linux do not count faults, or have others. */
static bool counts_faults(const struct task *task)
{
    const pid_t child = fork();
    if (child == 0) {
        const long before = faults();
        visit(task);
        const long copied = faults() - before;
        _exit(labs(copied - expected(task)) <= SLACK / 2 ? 0 : 1);
    }
    int status = 1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    fill_memory();
    for (int k = 0; k < TASKS; k++)
        if (!counts_faults(&series[k]))
            errx(77,
                 "cannot be checked here: a child %s, and this system has "
                 "counted something else than that many page faults",
                 series[k].did);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_touch_once_in_a_child),
        cmocka_unit_test(counts_what_was_written),
        cmocka_unit_test(says_when_touch_was_cut_short),
        cmocka_unit_test(says_when_there_was_no_child),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
