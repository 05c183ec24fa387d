/* Checks exercise 06. Children park at birth, in number(), and when they have
 * opened a file; then they go on one at a time, the last first or the first
 * first. The folder is watched from outside. No test looks at a clock. */
#define _GNU_SOURCE /* O_TMPFILE */
#include "checking.h"
#include "exercise.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 48, CROWD = 16, NAMES = 16, NOBODY = -1 };
enum { NUMBER_LEAST = 10000, NUMBER_MOST = 20000 };
enum { FULL_AFTER = 3, UNTOUCHED = -77 }; /* bytes; no sum of ours */
static const char not_yours[] = "not yours\n";

/* A child that has asked for a number. */
struct child {
    _Atomic pid_t pid;
    int first; /* which */
    long part; /* the sum of all it has asked for */
    struct gate asks, opens;
};

/* What a trial is to be. */
struct plan {
    int n, k;
    bool last_first; /* who goes on first */
    int refused;     /* the fork that is to fail, from 1 */
    int dies_at;     /* who asks for this number is killed; not 0 */
    bool full;       /* files take only a few bytes */
    bool large;      /* numbers whose sum is too large for an int */
};

/* What it tells the check. */
static struct facts {
    struct plan plan;
    pid_t caller;
    struct gate start; /* until the folder is watched */
    char folder[PATH_MAX];
    int numbers[MOST];
    _Atomic int asked[MOST], by_caller, strangers;
    int stranger;
    _Atomic int n_children;
    struct child children[CROWD + 1]; /* one more: what comes after */
    long sum;

    int wave;            /* how many were at work before one was let go on */
    int early;           /* at work when the caller was back */
    unsigned long large; /* found in a file: no sum can be so large */
    int left;            /* files when the caller was back, less the others' */
    char left_names[160], lost[NAME_MAX + 1]; /* of the others' */
} * facts;

/* The judge's own: the names that were seen in the folder, and those that are
 * to be there before. */
struct names {
    int n;
    char name[NAMES][NAME_MAX + 1];
};
static struct names seen, others = { 3, { ".", "..", "notes" } };
enum { OTHER_FILES = 2 }; /* from there on */
static int watch = -1;

static bool has(const struct names *names, const char *name)
{
    for (int k = 0; k < names->n; k++)
        if (strcmp(names->name[k], name) == 0)
            return true;
    return false;
}

static void add(struct names *names, const char *name)
{
    if (names->n < NAMES && !has(names, name))
        snprintf(names->name[names->n++], sizeof(names->name[0]), "%s", name);
}

static struct child *me(void)
{
    for (int k = 0; k < CROWD && k < facts->n_children; k++)
        if (facts->children[k].pid == getpid())
            return &facts->children[k];
    const int k = atomic_fetch_add(&facts->n_children, 1);
    struct child *const child = &facts->children[k < CROWD ? k : CROWD];
    child->first = NOBODY;
    child->pid = getpid();
    return child;
}

static int number(int i)
{
    if (i < 0 || i >= facts->plan.n) {
        facts->stranger = i;
        facts->strangers++;
        return 0;
    }
    facts->asked[i]++;
    if (getpid() == facts->caller) {
        facts->by_caller++;
        return facts->numbers[i];
    }
    struct child *const child = me();
    if (child->first == NOBODY)
        child->first = i;
    gate_wait(&child->asks);
    if (i > 0 && i == facts->plan.dies_at)
        raise(SIGKILL);
    child->part += facts->numbers[i];
    return facts->numbers[i];
}

/* There is a file, and nothing in it yet. */
static void opened(bool to_write)
{
    if (to_write && getpid() != facts->caller)
        gate_wait(&me()->opens);
}

int check_open(const char *path, int flags, ...);
int check_open(const char *path, int flags, ...)
{
    va_list values;
    va_start(values, flags);
    const bool has_mode = (flags & (O_CREAT | O_TMPFILE)) != 0;
    const int fd = open(path, flags, has_mode ? va_arg(values, mode_t) : 0);
    va_end(values);
    opened(fd >= 0 && (flags & O_ACCMODE) != O_RDONLY);
    return fd;
}

FILE *check_fopen(const char *path, const char *mode);
FILE *check_fopen(const char *path, const char *mode)
{
    FILE *const file = fopen(path, mode);
    opened(file != NULL && strpbrk(mode, "wa+") != NULL);
    return file;
}

/* The names under which the student's object may know the two. */
int check_open64(const char *, int, ...) __attribute__((alias("check_open")));
FILE *check_fopen64(const char *, const char *)
    __attribute__((alias("check_fopen")));

static void put(const char *name)
{
    char path[NAME_MAX + sizeof("parts/")];
    snprintf(path, sizeof(path), "parts/%s", name);
    FILE *const file = fopen(path, "w");
    if (file == NULL || fputs(not_yours, file) < 0 || fclose(file) != 0)
        err(EXIT_FAILURE, "%s", path);
}

static long call(void *unused)
{
    (void)unused;
    const struct plan *const plan = &facts->plan;
    facts->caller = getpid();
    if (mkdir("parts", 0700) < 0 || realpath("parts", facts->folder) == NULL)
        err(EXIT_FAILURE, "a folder for the parts");
    for (int k = OTHER_FILES; k < others.n; k++)
        put(others.name[k]);
    if (plan->full) { /* as on a full disk: a write is cut, the next fails */
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){ FULL_AFTER, FULL_AFTER });
    }
    gate_wait(&facts->start);
    return sum_by_files("parts", plan->n, plan->k, number, &facts->sum);
}

/* What appeared in the folder since. */
static void read_watch(void)
{
    _Alignas(struct inotify_event) char events[4096];
    ssize_t got;
    seen.n = 0;
    while ((got = read(watch, events, sizeof(events))) > 0)
        for (ssize_t at = 0; at < got;) {
            const struct inotify_event *const event =
                (const void *)(events + at);
            if (event->len > 0 && !has(&others, event->name))
                add(&seen, event->name);
            at += (ssize_t)(sizeof(*event) + event->len);
        }
}

/* Bytes of a file in the folder, and a 0 behind them; -1: there is none. */
static ssize_t look_into(const char *name, char *ret_bytes, size_t size)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s", facts->folder, name);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const ssize_t got = fd < 0 ? -1 : read(fd, ret_bytes, size - 1);
    if (fd >= 0)
        close(fd);
    ret_bytes[got > 0 ? got : 0] = '\0';
    return got;
}

/* On a 32-bit machine a long is no larger than an int: there, only a sum of
 * small numbers is told from an address, and what is close to 0 from below may
 * be an error's number. */
static bool is_no_sum(long long value)
{
    if (sizeof(long) > sizeof(int))
        return value > (long long)MOST * INT_MAX;
    return !facts->plan.large && value > MOST * NUMBER_MOST &&
           value < UINT_MAX - 4095LL;
}

/* As text or as it is in memory: a number that is too large for any sum. */
static void look_for_large(const char *name)
{
    char bytes[64];
    unsigned long word = 0;
    const ssize_t got = look_into(name, bytes, sizeof(bytes));
    if (got < (ssize_t)sizeof(word))
        return;
    memcpy(&word, bytes, sizeof(word));
    char *end;
    const long long text = strtoll(bytes, &end, 0);
    const long long value = end > bytes ? text : (long long)word;
    if (is_no_sum(value))
        facts->large = (unsigned long)value;
}

static void look_around(bool returned)
{
    DIR *const folder = opendir(facts->folder);
    if (folder == NULL)
        return;
    facts->left = 0;
    facts->left_names[0] = '\0';
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (has(&others, entry->d_name))
            continue;
        look_for_large(entry->d_name);
        const size_t used = strlen(facts->left_names);
        snprintf(facts->left_names + used, sizeof(facts->left_names) - used,
                 "%s%s", facts->left > 0 ? ", " : "", entry->d_name);
        facts->left++;
    }
    closedir(folder);

    char bytes[64];
    for (int k = OTHER_FILES; returned && k < others.n; k++) {
        look_into(others.name[k], bytes, sizeof(bytes));
        if (strcmp(bytes, not_yours) != 0)
            snprintf(facts->lost, sizeof(facts->lost), "%s", others.name[k]);
    }
}

static int at_work(void)
{
    int waiting = births_waiting();
    for (int k = 0; k <= CROWD; k++)
        waiting += gate_waiting(&facts->children[k].asks) +
                   gate_waiting(&facts->children[k].opens);
    return waiting;
}

/* The next that is to go on: who has opened a file, or whose turn it is. */
static bool let_one_go_on(void)
{
    struct child *next = NULL;
    for (int k = 0; k <= CROWD; k++) {
        struct child *const child = &facts->children[k];
        if (gate_release(&child->opens) > 0)
            return true;
        if (gate_waiting(&child->asks) > 0 &&
            (next == NULL ||
             (child->first > next->first) == facts->plan.last_first))
            next = child;
    }
    if (next == NULL)
        return false;
    if (facts->wave == 0)
        facts->wave = at_work();
    return gate_release(&next->asks) > 0;
}

static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    if (gate_waiting(&facts->start) > 0) {
        if (watch >= 0)
            inotify_add_watch(watch, facts->folder,
                              IN_CREATE | IN_MOVED_TO | IN_MODIFY);
        return gate_release(&facts->start) > 0;
    }
    look_around(now->returned);
    if (now->returned) { /* who was killed at a gate is not at work */
        const int waiting = at_work();
        facts->early = waiting < now->processes ? waiting : now->processes;
        return false;
    }
    return births_release_all() > 0 || let_one_go_on();
}

/* Did the caller follow a pointer that fopen had not given? */
static bool crashed(const struct outcome *outcome)
{
    return outcome->how == TRIAL_CRASHED && outcome->signal == SIGSEGV &&
           outcome->crash.where[0] != '\0';
}

/* The largest ints; or, where a long holds no more than one of them, as large
 * as n numbers can be. */
static int large_number(int i, int n)
{
    const long share = LONG_MAX / n;
    return (share < INT_MAX ? (int)share : INT_MAX) - i;
}

static struct outcome try(struct plan plan)
{
    memset(facts, 0, sizeof(*facts));
    facts->plan = plan;
    facts->sum = UNTOUCHED;
    uint64_t state = seed_get();
    for (int i = 0; i < MOST; i++)
        facts->numbers[i] =
            plan.large
                ? large_number(i, plan.n)
                : NUMBER_LEAST + seed_below(&state, NUMBER_MOST - NUMBER_LEAST);
    births_park();
    births_fail_at(plan.refused - 1);
    const struct trial trial = {
        .body = call,
        .on_quiet = on_quiet,
        .facts = facts,
        .limits = { .spin_ms = 30 }, /* who polls is soon seen */
    };
    struct outcome outcome = trial_run(&trial);
    if (crashed(&outcome)) /* before one was let go on, none can have ended */
        facts->early = facts->wave > 0 ? at_work() : births_tried_processes();
    read_watch();
    if (strcmp(outcome.files, "parts") == 0) /* that one is ours */
        outcome.files_left = 0;
    return outcome;
}

static long expected(void)
{
    long sum = 0;
    for (int i = 0; i < facts->plan.n; i++)
        sum += facts->numbers[i];
    return sum;
}

/* What came before the end, and what that end means. */
static void judge_early(const struct outcome *outcome, const char *before,
                        const char *meaning)
{
    char end[128];
    snprintf(end, sizeof(end), "came back with %ld", outcome->result);
    if (crashed(outcome))
        snprintf(end, sizeof(end), "crashed at %s", outcome->crash.where);
    if (facts->early > 0)
        verdict_fail(outcome,
                     "%ssum_by_files %s while %d of its children %s still at "
                     "work. %s See waitpid(2).",
                     before, end, facts->early,
                     facts->early == 1 ? "was" : "were", meaning);
}

static void judge_who_asked(const struct outcome *outcome)
{
    const struct plan *const plan = &facts->plan;
    if (facts->by_caller > 0)
        verdict_fail(
            outcome,
            "number() was called %d times in the caller's own process, by its "
            "main thread or by another one. To ask and to add is the "
            "children's work. See fork(2), and exercise.h.",
            facts->by_caller);
    if (facts->strangers > 0)
        verdict_fail(
            outcome,
            "number(%d) was asked for. There are %d numbers, from 0 to %d, for "
            "%d children: where does the last share end? See exercise.h.",
            facts->stranger, plan->n, plan->n - 1, plan->k);
    judge_early(outcome, "",
                "What they are about to write, nobody can have read: a file "
                "may not even be there yet. Neither a sleep nor a file that is "
                "there says that a child has ended.");
    /* With so many numbers, even shares that are rounded up leave none out. */
    if (plan->n >= plan->k * plan->k && facts->wave > 0 &&
        facts->wave < plan->k)
        verdict_fail(
            outcome,
            "Everyone waited for number(), and there %s %d of %d children at "
            "work. Is a child waited for before the next one is made, or are "
            "too few made? See exercise.h, and waitpid(2): it waits.",
            facts->wave == 1 ? "was" : "were", facts->wave, plan->k);
}

static void judge_shares(const struct outcome *outcome)
{
    const int n = facts->plan.n, k = facts->plan.k;
    int nobody = 0, last = 0;
    for (int i = 0; i < n; i++) {
        if (facts->asked[i] > 1)
            verdict_fail(outcome,
                         "number(%d) was asked for %d times, for %d numbers "
                         "and %d children. Where does one share end, and where "
                         "does the next begin? See exercise.h.",
                         i, facts->asked[i], n, k);
        if (facts->asked[i] == 0) {
            nobody++;
            last = i;
        }
    }
    if (nobody > 0)
        verdict_fail(outcome,
                     "%d of %d numbers were asked for by none of the %d "
                     "children, number(%d) for one. In C, %d / %d is %d: what "
                     "is left over has to be somebody's. See exercise.h.",
                     nobody, n, k, last, n, k, n / k);
}

/* Is `missing` just what some of the children have found? How many, or 0. */
static int children_with(long missing)
{
    const int n = facts->n_children < CROWD ? facts->n_children : CROWD;
    for (int set = 1; set < 1 << n; set++) {
        long sum = 0;
        for (int k = 0; k < n; k++)
            sum += (set >> k & 1) * facts->children[k].part;
        if (sum == missing)
            return __builtin_popcount((unsigned)set);
    }
    return 0;
}

static void judge_large(const struct outcome *outcome)
{
    if (facts->large != 0 && facts->sum != expected())
        verdict_fail(
            outcome,
            "A file held %#lx, and no sum is so large: it looks like an "
            "address. The parent can read it, to the last bit, but there it "
            "leads into the parent's own memory, where the child's sum has "
            "never been. See the demo's second line, and fork(2).",
            facts->large);
}

static void judge_sum(const struct outcome *outcome)
{
    const long right = expected(), got = facts->sum;
    const int without = children_with(right - got);
    if (outcome->result != 0)
        verdict_fail(
            outcome,
            "Nothing failed, all numbers were asked for, and you reported %ld. "
            "Which call has said that something was wrong? A file may be read "
            "too early, from its end, or for more bytes than were written. See "
            "read(2), lseek(2), waitpid(2).",
            outcome->result);
    if (got != right && without > 0)
        verdict_fail(
            outcome,
            "The sum is %ld and you said %ld: what %d of %d children had found "
            "is not in it. The slowest writes its file last, and that may be "
            "any of them: who waited for that end before reading? See "
            "waitpid(2).",
            right, got, without, facts->n_children);
    if (got != right)
        verdict_fail(
            outcome, "The sum is %ld and you said %ld. %s See exercise.h.",
            right, got,
            right != (int)right
                ? "It is larger than an int can hold, and so is what one child "
                  "finds; from child to caller, every place has to have room."
                : "What has each child written, and what was read?");
}

static void judge_folder(const struct outcome *outcome)
{
    if (facts->lost[0] != '\0')
        verdict_fail(
            outcome,
            "The file %s lay in the folder before you were called, and now it "
            "is gone or has other text in it. It was somebody else's, and may "
            "have any name, the one that you choose, too. See mkstemp(3), "
            "and open(2) on O_EXCL.",
            facts->lost);
    if (facts->left > 0)
        verdict_fail(outcome,
                     "When you came back with %ld, %d of your files lay in "
                     "the folder still: %s. The next caller finds them there. "
                     "See unlink(2).",
                     outcome->result, facts->left, facts->left_names);
}

static void judge(const struct outcome *outcome)
{
    judge_who_asked(outcome);
    judge_large(outcome);
    verdict_common(outcome);
    judge_shares(outcome);
    if (watch >= 0 && seen.n == 0 && facts->plan.n > 0)
        verdict_fail(
            outcome,
            "No file has appeared in `folder`. There are other ways from a "
            "child to its parent, and other folders; here the sums come home "
            "in files, and in this one. See open(2), mkstemp(3), and "
            "exercise.h.");
    judge_sum(outcome);
    judge_folder(outcome);
    verdict_leftovers(outcome);
}

static void judge_failed(const struct outcome *outcome, const char *what)
{
    if (crashed(outcome))
        verdict_fail(
            outcome,
            "%s, and your code crashed at %s. What a child has not written is "
            "not there to be read: which call has said so, and who has looked? "
            "See fopen(3), waitpid(2).",
            what, outcome->crash.where);
    char before[160];
    snprintf(before, sizeof(before), "%s, and ", what);
    judge_early(outcome, before,
                "Whatever has failed: those that are there go on until you "
                "have waited for them.");
    verdict_common(outcome);
    if (outcome->result != -1)
        verdict_fail(outcome,
                     "%s, and you reported %ld, with %ld as the sum; the sum "
                     "is %ld. The caller has to know that there is none: -1. "
                     "Which call has said that something was wrong, and who "
                     "has looked? See waitpid(2), write(2), fclose(3).",
                     what, outcome->result, facts->sum, expected());
    if (facts->sum != UNTOUCHED)
        verdict_fail(outcome,
                     "%s, and you reported -1, but stored %ld in *ret_sum all "
                     "the same. It was to stay as it was. See exercise.h.",
                     what, facts->sum);
    judge_folder(outcome);
    verdict_leftovers(outcome);
}

static void try_and_judge(struct plan plan)
{
    const struct outcome outcome = try(plan);
    judge(&outcome);
}

static void adds_up_by_children(void **state)
{
    (void)state;
    try_and_judge((struct plan){ .n = 23, .k = 4, .last_first = true });
}

static void waits_for_the_slowest(void **state)
{
    (void)state;
    try_and_judge((struct plan){ .n = 23, .k = 4 });
}

static void takes_any_n_and_k(void **state)
{
    (void)state;
    try_and_judge((struct plan){ .n = 1, .k = 1 });
    try_and_judge((struct plan){ .n = 3, .k = 5 });
    try_and_judge((struct plan){ .n = 9, .k = 4 });
    try_and_judge((struct plan){ .n = 0, .k = 2 });
    try_and_judge((struct plan){ .n = 12, .k = 2, .large = true });
}

static void says_when_a_child_has_failed(void **state)
{
    (void)state;
    static const struct {
        struct plan plan;
        const char *what;
    } rows[] = {
        { { .n = 12, .k = 3, .dies_at = 5 },
          "SIGKILL ended one of 3 children in the middle of its work" },
        { { .n = 12, .k = 3, .full = true },
          "The disk was full: no file took more than 3 bytes (after that, "
          "write gave EFBIG)" },
        { { .n = 12, .k = 3, .refused = 3 },
          "The system refused the third child (fork gave -1, errno EAGAIN)" },
        { { .n = 12, .k = 3, .refused = 1 },
          "The system refused the first child (fork gave -1, errno EAGAIN)" },
    };
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        const struct plan *const plan = &rows[k].plan;
        const struct outcome outcome = try(*plan);
        if (plan->refused > 0 && births_tried() > plan->k)
            judge(&outcome); /* tried again, with success: as good */
        else if (plan->refused == 0 || births_tried() > 0)
            judge_failed(&outcome, rows[k].what);
    }
}

/* Somebody else's files have the names that were seen in another trial. */
static void leaves_other_files_alone(void **state)
{
    (void)state;
    const struct plan plan = { .n = 8, .k = 2 };
    struct outcome outcome = try(plan);
    judge(&outcome);
    const struct names before = others;
    for (int k = 0; k < seen.n; k++)
        add(&others, seen.name[k]);
    outcome = try(plan);
    others = before;
    verdict_ended(&outcome);
    judge_folder(&outcome);
    if (outcome.result == 0) /* -1, since its name was taken: as good */
        judge_sum(&outcome);
    verdict_leftovers(&outcome);
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_up_by_children),
        cmocka_unit_test(waits_for_the_slowest),
        cmocka_unit_test(takes_any_n_and_k),
        cmocka_unit_test(says_when_a_child_has_failed),
        cmocka_unit_test(leaves_other_files_alone),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
