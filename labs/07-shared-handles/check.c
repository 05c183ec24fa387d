/* Checks exercise 07. fill() notes who called it and waits at a gate; whoever
 * has moved the offset waits, too, before it can go on to write, and again when
 * it has let a lock go. The file is one in memory, without a name. Notice that
 * no test looks at a clock. */
#define _GNU_SOURCE /* memfd_create, gettid */
#include "checking.h"
#include "exercise.h"
#include "hook.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 12, CROWD = 2 * MOST, FEW = 4, SIZE = 10, OFFSET = 5 };
enum { BYTES = MOST * SIZE + 16, OLD = '.', NOBODY = -1 };

/* Whoever has called fill(), or has moved the offset. */
struct worker {
    _Atomic pid_t tid;
    pid_t pid;
    int i; /* NOBODY until it calls fill() */
    const char *record;
    bool has_moved; /* the offset */
    struct gate fills, moves, unlocks;
};

/* What a trial is to be. */
struct plan {
    int n;
    bool last_first; /* which worker comes out of fill() first */
    int refused;     /* the creation that is to fail, from 1 */
    int length;      /* of the file before */
    int limit;       /* no byte can be written from there on; 0: any */
};

static struct facts {
    struct plan plan;
    pid_t caller;
    int fd;
    _Atomic int n_workers, calls, moves; /* of the offset */
    struct worker workers[CROWD + 1];    /* one more: what comes after */

    bool looked;
    int wave, tasks; /* how many in fill() when everyone waited; in all */
    bool one_record; /* two of them in one process had the same */
    int early;       /* at work when the caller was back */
    bool closed;     /* fd was, then */
    bool locked_by_child;
} * facts;

/* The file when all is over, read by the judge. */
static struct {
    int flags_before, flags;
    int length;
    char bytes[BYTES];
} file;

static struct worker *me(void)
{
    const pid_t tid = gettid();
    for (int k = 0; k < CROWD && k < facts->n_workers; k++)
        if (facts->workers[k].tid == tid)
            return &facts->workers[k];
    const int k = atomic_fetch_add(&facts->n_workers, 1);
    struct worker *const worker = &facts->workers[k < CROWD ? k : CROWD];
    worker->i = NOBODY;
    worker->pid = getpid();
    worker->tid = tid;
    return worker;
}

static void fill(int i, char *record)
{
    struct worker *const worker = me();
    facts->calls++;
    worker->i = i;
    worker->record = record;
    memset(record, 'A' + i, SIZE);
    gate_wait(&worker->fills);
}

static void moved(void)
{
    struct worker *const worker = me();
    facts->moves++;
    worker->has_moved = true;
    gate_wait(&worker->moves);
}

/* pthread_mutex_unlock was called. */
static void unlocked(void)
{
    struct worker *const worker = me();
    facts->locked_by_child |= worker->pid != facts->caller;
    if (worker->has_moved)
        gate_wait(&worker->unlocks);
}

off_t check_lseek(int fd, off_t offset, int whence);
off_t check_lseek(int fd, off_t offset, int whence)
{
    const off_t now = lseek(fd, offset, whence);
    if (offset != 0 || whence != SEEK_CUR) /* that one only asks */
        moved();
    return now;
}

int check_fseek(FILE *stream, long offset, int whence);
int check_fseek(FILE *stream, long offset, int whence)
{
    const int rc = fseek(stream, offset, whence);
    moved();
    return rc;
}

int check_fseeko(FILE *stream, off_t offset, int whence);
int check_fseeko(FILE *stream, off_t offset, int whence)
{
    const int rc = fseeko(stream, offset, whence);
    moved();
    return rc;
}

/* The names under which the student's object may know two of them. */
off_t check_lseek64(int, off_t, int) __attribute__((alias("check_lseek")));
int check_fseeko64(FILE *, off_t, int) __attribute__((alias("check_fseeko")));

static long call(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    if (facts->plan.limit > 0) {
        const rlim_t limit = (rlim_t)facts->plan.limit;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit, limit });
    }
    return write_records(facts->fd, facts->plan.n, SIZE, fill);
}

static int at_work(void)
{
    int waiting = births_waiting();
    for (int k = 0; k <= CROWD; k++)
        waiting += gate_waiting(&facts->workers[k].fills) +
                   gate_waiting(&facts->workers[k].moves) +
                   gate_waiting(&facts->workers[k].unlocks);
    return waiting;
}

/* All are inside that will come by themselves. */
static void look(const struct moment *now)
{
    facts->looked = true;
    facts->tasks = now->threads + now->processes;
    for (int k = 0; k < CROWD; k++) {
        struct worker *const a = &facts->workers[k];
        if (gate_waiting(&a->fills) == 0)
            continue;
        facts->wave++;
        for (int l = 0; l < k; l++) {
            struct worker *const b = &facts->workers[l];
            facts->one_record |= gate_waiting(&b->fills) > 0 &&
                                 a->pid == b->pid && a->record == b->record;
        }
    }
}

/* First to fill() all that can; then out of it, one by one. Only when there is
 * nobody left inside may one who has moved the offset go on; and when all have
 * moved it that can, one who is between that and what it does next. */
static bool let_one_go_on(const struct moment *now)
{
    struct worker *inside = NULL, *mover = NULL, *between = NULL;
    for (int k = 0; k <= CROWD; k++) {
        struct worker *const worker = &facts->workers[k];
        if (gate_waiting(&worker->unlocks) > 0)
            between = worker;
        if (gate_waiting(&worker->moves) > 0 &&
            (mover == NULL || worker->i == NOBODY))
            mover = worker;
        if (gate_waiting(&worker->fills) > 0 &&
            (inside == NULL ||
             (worker->i > inside->i) == facts->plan.last_first))
            inside = worker;
    }
    if (mover != NULL && (inside == NULL || mover->i == NOBODY))
        return gate_release(&mover->moves) > 0;
    if (inside == NULL)
        return between != NULL && gate_release(&between->unlocks) > 0;
    if (!facts->looked)
        look(now);
    return gate_release(&inside->fills) > 0;
}

/* The number must still lead to the same file. */
static bool is_closed(void)
{
    char path[64];
    struct stat ours, theirs;
    snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)facts->caller,
             facts->fd);
    return stat(path, &theirs) != 0 ||
           (fstat(facts->fd, &ours) == 0 &&
            (ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev));
}

static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    if (now->returned) { /* who was killed at a gate is not at work */
        const int waiting = at_work(), there = now->threads + now->processes;
        facts->early = waiting < there ? waiting : there;
        facts->closed = is_closed();
        return false;
    }
    return births_release_all() > 0 || let_one_go_on(now);
}

/* The judge's handle and the trial's are one open file: what the trial does to
 * offset and flags is seen here. */
static struct outcome try(struct plan plan)
{
    memset(facts, 0, sizeof(*facts));
    facts->plan = plan;
    facts->fd = memfd_create("records", MFD_CLOEXEC);
    memset(file.bytes, OLD, sizeof(file.bytes));
    if (facts->fd < 0 ||
        write(facts->fd, file.bytes, (size_t)plan.length) != plan.length ||
        lseek(facts->fd, OFFSET, SEEK_SET) != OFFSET)
        checking_skip("this system has no files in memory");
    file.flags_before = fcntl(facts->fd, F_GETFL);

    births_park();
    births_fail_at(plan.refused - 1);
    const struct trial trial = {
        .body = call,
        .on_quiet = on_quiet,
        .facts = facts,
    };
    const struct outcome outcome = trial_run(&trial);

    struct stat status = { 0 };
    fstat(facts->fd, &status);
    file.length = (int)status.st_size;
    file.flags = fcntl(facts->fd, F_GETFL);
    memset(file.bytes, 0, sizeof(file.bytes));
    pread(facts->fd, file.bytes, sizeof(file.bytes), 0);
    close(facts->fd);
    return outcome;
}

/* Where record i begins in the file; -1: nowhere, or not all of it. */
static int place_of(int i)
{
    char record[SIZE];
    memset(record, 'A' + i, SIZE);
    const char *const at = memmem(file.bytes, sizeof(file.bytes), record, SIZE);
    return at == NULL ? -1 : (int)(at - file.bytes);
}

static bool is_old(int begin, int end)
{
    for (int k = begin; k < end; k++)
        if (file.bytes[k] != OLD)
            return false;
    return true;
}

static void judge_who(const struct outcome *outcome)
{
    const int n = facts->plan.n;
    for (int k = 0; k < CROWD; k++) {
        const struct worker *const a = &facts->workers[k];
        if (a->tid == 0 || a->i == NOBODY)
            continue;
        if (a->tid == facts->caller)
            verdict_fail(
                outcome,
                "The caller's own thread called fill(%d) itself. It can start "
                "nobody meanwhile, and record %d was for a worker that you "
                "start. See pthread_create(3), fork(2).",
                a->i, a->i);
        bool twice = false;
        for (int l = 0; l < k; l++)
            twice |= facts->workers[l].i == a->i;
        if (a->i < 0 || a->i >= n || twice)
            verdict_fail(
                outcome,
                "fill(%d) was called%s; the records are 0 to %d, each for one "
                "worker. That happens when all get the address of one "
                "variable: until they look there it moves on. See "
                "pthread_create(3) on arg: it is a pointer, not a copy.",
                a->i, twice ? " twice" : "", n - 1);
    }
}

static void judge_early(const struct outcome *outcome, const char *before)
{
    if (facts->early > 0)
        verdict_fail(
            outcome,
            "%swrite_records came back while %d of its workers %s still at "
            "work. Whether all is well or not: the caller may close fd, or "
            "read the file, and they have not written yet. See "
            "pthread_join(3), waitpid(2).",
            before, facts->early, facts->early == 1 ? "was" : "were");
}

static void judge_at_work(const struct outcome *outcome)
{
    const int n = facts->plan.n;
    judge_early(outcome, "");
    if (facts->looked && facts->wave < n)
        verdict_fail(
            outcome,
            "Everyone waited for fill() to come out: %d of %d workers had been "
            "started, and only %d %s inside it. %s",
            facts->tasks, n, facts->wave, facts->wave == 1 ? "was" : "were",
            facts->tasks < n
                ? "Is each waited for before the next is started? See "
                  "pthread_join(3), waitpid(2): they wait."
                : "What is inside the lock that need not be there? See "
                  "exercise.h.");
    if (facts->one_record)
        verdict_fail(
            outcome,
            "Two threads were inside fill() at the same time with the same "
            "record, one array for both: the second overwrites what the first "
            "has filled in. See exercise.h.");
}

static void judge_handle(const struct outcome *outcome)
{
    if (facts->closed)
        verdict_fail(
            outcome,
            "When you came back, fd was closed. It is the caller's, who goes "
            "on using it; and a thread that closes it closes it for every "
            "other thread, whoever is in the middle of a write. (fclose closes "
            "the handle below, too.) See close(2), fdopen(3).");
    if (file.flags != file.flags_before)
        verdict_fail(
            outcome,
            "fd has %s now. The flags are not the worker's own: whoever uses "
            "this open file has them. (With O_APPEND every write goes behind "
            "the end of the file, wherever the offset stood.) See open(2) on "
            "O_APPEND, fcntl(2) on F_SETFL.",
            (file.flags & O_APPEND) != 0 ? "O_APPEND" : "other flags");
}

static void judge_record(const struct outcome *outcome, int i)
{
    const int place = place_of(i);
    char where[64] = "is nowhere in the file as a whole";
    if (place == i * SIZE)
        return;
    if (place == facts->plan.length)
        verdict_fail(
            outcome,
            "The file had %d bytes, and record %d begins just behind them. A "
            "handle with O_APPEND writes at the end of the file, wherever its "
            "offset stood, and by pwrite as well. See open(2), and pwrite(2), "
            "BUGS.",
            place, i);
    if (place >= 0)
        snprintf(where, sizeof(where), "begins at byte %d", place);
    const char *meaning =
        "Each write goes on where the last one has ended, whoever that was. "
        "See write(2), pwrite(2), and exercise.h.";
    if (facts->moves > 0 && facts->locked_by_child)
        meaning =
            "You take a lock, and yet another child has moved the offset "
            "before you write. Is the write inside the lock as well, and is "
            "that lock in memory which the children share? See mmap(2), "
            "pthread_mutexattr_setpshared(3).";
    else if (facts->moves > 0)
        meaning =
            "You move the offset, then you write; the check let another worker "
            "move it in between. Neither a thread nor a child nor a dup has an "
            "offset of its own: all handles that come from one open share one. "
            "See open(2), \"open file description\".";
    else if (place < 0)
        meaning =
            "It was never written there, or somebody has written over it. How "
            "far apart are two records? See pwrite(2), and exercise.h.";
    verdict_fail(outcome, "Record %d belongs at byte %d, and %s. %s", i,
                 i * SIZE, where, meaning);
}

static void judge_file(const struct outcome *outcome)
{
    const int n = facts->plan.n, before = facts->plan.length;
    if (file.length < before)
        verdict_fail(
            outcome,
            "The file had %d bytes and has %d now. What lies behind the "
            "records was to stay as it was. See open(2) on O_TRUNC, "
            "ftruncate(2), and exercise.h.",
            before, file.length);
    for (int i = 0; i < n; i++)
        judge_record(outcome, i);
    if (!is_old(n * SIZE, before) ||
        file.length > (before > n * SIZE ? before : n * SIZE))
        verdict_fail(
            outcome,
            "The %d records are in their places, but what lies behind them, "
            "from byte %d on, is not as it was. See exercise.h.",
            n, n * SIZE);
}

static void judge(const struct outcome *outcome)
{
    judge_who(outcome);
    judge_at_work(outcome);
    verdict_common(outcome);
    if (facts->calls == 0)
        verdict_fail(outcome,
                     "write_records came back with %ld, and no worker has "
                     "called fill(). See pthread_create(3), fork(2).",
                     outcome->result);
    judge_handle(outcome);
    judge_file(outcome);
    if (outcome->result != 0)
        verdict_fail(outcome,
                     "All %d records were in their places, and you reported "
                     "%ld; the contract says 0 then. See exercise.h.",
                     facts->plan.n, outcome->result);
    verdict_leftovers(outcome);
}

static void try_and_judge(struct plan plan)
{
    const struct outcome outcome = try(plan);
    judge(&outcome);
}

static void has_all_workers_at_work(void **state)
{
    (void)state;
    try_and_judge((struct plan){ .n = FEW, .length = FEW * SIZE + 16 });
}

static void puts_each_in_its_place(void **state)
{
    (void)state;
    try_and_judge((struct plan){
        .n = FEW, .length = FEW * SIZE + 16, .last_first = true });
    try_and_judge((struct plan){ .n = 1, .length = 2 * SIZE });
    try_and_judge((struct plan){ .n = MOST, .length = OFFSET });
}

/* What can fail, has failed: -1, or it has gone well all the same. */
static void judge_failed(const struct outcome *outcome, const char *what,
                         const char *see)
{
    const char *const happens = outcome->how == TRIAL_CRASHED ? "crashed"
                                : outcome->how == TRIAL_STUCK
                                    ? "is stuck, since everyone waits"
                                    : NULL;
    char before[160];
    snprintf(before, sizeof(before), "%s, and ", what);
    judge_early(outcome, before);
    if (happens != NULL)
        verdict_fail(outcome,
                     "%s, and your code %s. That happens when it goes on as if "
                     "all were well, or leaves with a lock in its hand. See "
                     "%s, RETURN VALUE.",
                     what, happens, see);
    verdict_common(outcome);
    judge_handle(outcome);
    bool well = true;
    for (int i = 0; i < facts->plan.n; i++)
        well &= place_of(i) == i * SIZE;
    if (outcome->result != -1 && !(well && outcome->result == 0))
        verdict_fail(outcome,
                     "%s, and you reported %ld. The file lacks a record, and "
                     "the caller has to know: -1. Which call has said so, and "
                     "to whom? A child can pass it on by its exit status. See "
                     "%s, RETURN VALUE.",
                     what, outcome->result, see);
    verdict_leftovers(outcome);
}

static void says_when_a_worker_was_refused(void **state)
{
    (void)state;
    static const int refused[] = { 3, 1 };
    for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
        const struct outcome outcome =
            try((struct plan){ .n = FEW, .refused = refused[k] });
        char what[80];
        snprintf(what, sizeof(what), "The system refused worker %d (EAGAIN)",
                 refused[k] - 1);
        if (births_tried() == 0)
            checking_skip("no call of pthread_create or fork to refuse");
        judge_failed(&outcome, what, "pthread_create(3), fork(2)");
    }
}

static void says_when_a_record_was_cut(void **state)
{
    (void)state;
    const struct outcome outcome = try(
        (struct plan){ .n = FEW, .length = FEW * SIZE, .limit = 2 * SIZE + 3 });
    judge_failed(&outcome,
                 "The disk was full: the third record was cut, and "
                 "the fourth not written (EFBIG)",
                 "pwrite(2), waitpid(2)");
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    hook_set(unlocked);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_all_workers_at_work),
        cmocka_unit_test(puts_each_in_its_place),
        cmocka_unit_test(says_when_a_worker_was_refused),
        cmocka_unit_test(says_when_a_record_was_cut),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
