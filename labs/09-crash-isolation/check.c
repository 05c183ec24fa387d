/* Checks exercise 09. A script says how each attempt of each job is to end; the
 * jobs note what they see, and wait at gates that the check opens from the last
 * job to the first. Notice that no test looks at a clock. */
#define _GNU_SOURCE /* WNOWAIT, syscall */
#include "checking.h"
#include "exercise.h"

#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 8, GATES = 32, NOBODY = -1, UNTOUCHED = -77 };

/* A test: supervise is called once or more, for the same jobs. */
struct row {
    const char *name;
    int jobs;
    /* One letter an attempt, the last for all that follow: '.' and 'x' succeed
     * (return, _exit), a digit is a status, 's' and 'k' are signals. */
    const char *scripts[MOST];
    struct {
        int tries;   /* 0: no call */
        int refused; /* which fork, from 1; 0: none */
        bool free;   /* jobs wait at no gate */
    } calls[4];
    bool beside_another; /* the caller has a child already: a zombie */
};

/* A call of job that should not be. */
struct sight {
    bool seen;
    int job, a, b;
};

/* What a trial tells the check. */
static struct facts {
    const struct row *row;
    int tries, refused;
    bool free;
    pid_t caller;
    _Atomic int calls;      /* of job, whichever */
    int job_of[GATES];      /* whose the k-th call was */
    struct gate at[GATES];  /* where it waits */
    _Atomic int runs[MOST]; /* how often each job was called */
    enum fate fates[MOST];

    struct sight in_caller;   /* a: in another thread */
    struct sight same_child;  /* a: the job that it had run before */
    struct sight misnumbered; /* a: which attempt it was, b: was told */
    int early;                /* children at work when the caller was back */
    bool took_other, shares_memory;
} * facts;

/* Ordinary memory: no child can change it for its parent. */
static int ordinary;

/* 0: not a signal's letter. */
static int signal_of(char letter)
{
    return letter == 's' ? SIGSEGV : letter == 'k' ? SIGKILL : 0;
}

/* The n-th attempt, from 0. */
static char script_of(int i, int n)
{
    const char *const script = facts->row->scripts[i];
    const int last = (int)strlen(script) - 1;
    return script[n < last ? n : last];
}

static bool succeeds(char letter)
{
    return letter == '.' || letter == 'x';
}

static int end_as(char letter)
{
    const int by = signal_of(letter);
    if (by != 0) {
        signal(by, SIG_DFL); /* nobody here is to take notes of it */
        raise(by);
    }
    if (letter == 'x')
        _exit(0);
    return letter == '.' ? 0 : letter - '0';
}

static int job(int i, int attempt)
{
    static _Atomic int before = NOBODY; /* the job that this process has run */
    if (i < 0 || i >= facts->row->jobs)
        return 1; /* then some other never runs */
    const int call = facts->calls++, n = facts->runs[i]++;
    const int last = atomic_exchange(&before, i);
    if (getpid() == facts->caller)
        facts->in_caller =
            (struct sight){ true, i, syscall(SYS_gettid) != getpid(), 0 };
    if (last != NOBODY)
        facts->same_child = (struct sight){ true, i, last, 0 };
    if (attempt != n + 1 && !facts->misnumbered.seen)
        facts->misnumbered = (struct sight){ true, i, n + 1, attempt };
    ordinary = 42;
    if (!facts->free && call < GATES) {
        facts->job_of[call] = i;
        gate_wait(&facts->at[call]);
    } else
        trial_step();
    return end_as(script_of(i, n));
}

static pid_t make_zombie(void)
{
    const pid_t child = fork();
    if (child < 0)
        err(EXIT_FAILURE, "fork");
    if (child == 0)
        _exit(0);
    siginfo_t end;
    if (waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT) < 0)
        err(EXIT_FAILURE, "waitid");
    return child;
}

static long call(void *unused)
{
    (void)unused;
    const struct row *const row = facts->row;
    const pid_t other = row->beside_another ? make_zombie() : 0;
    facts->caller = getpid();
    ordinary = 1;
    const long result = supervise(row->jobs, facts->tries, job, facts->fates);
    if (getpid() == facts->caller) {
        facts->shares_memory = ordinary != 1;
        facts->took_other = other > 0 && waitpid(other, NULL, 0) < 0;
    }
    return result;
}

/* From the last job to the first, one at a time. */
static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    int inside = 0, next = 0;
    for (int k = 0; k < GATES; k++) {
        if (gate_waiting(&facts->at[k]) == 0)
            continue;
        if (inside++ == 0 || facts->job_of[k] > facts->job_of[next])
            next = k;
    }
    if (now->returned)
        facts->early = inside;
    return !now->returned && gate_release(&facts->at[next]) > 0;
}

static struct outcome try(const struct row *row, int k)
{
    memset(facts, 0, sizeof(*facts));
    facts->row = row;
    facts->tries = row->calls[k].tries;
    facts->refused = row->calls[k].refused;
    facts->free = row->calls[k].free;
    for (int i = 0; i < MOST; i++)
        facts->fates[i] = (enum fate)UNTOUCHED;
    births_count_only();
    births_fail_at(facts->refused - 1);
    const struct trial trial = {
        .body = call,
        .on_quiet = on_quiet,
        .facts = facts,
        .limits.steps = 400, /* for restarts without end */
    };
    return trial_run(&trial);
}

/* What a message begins with. */
static const char *refusal(void)
{
    return facts->refused > 0 ? "The system refused a child (fork() gave -1). "
                              : "";
}

/* The first attempt that succeeded, from 0; NOBODY if none has. */
static int success_of(int i)
{
    for (int n = 0; n < facts->runs[i]; n++)
        if (succeeds(script_of(i, n)))
            return n;
    return NOBODY;
}

/* By what has really happened. */
static enum fate true_fate(int i)
{
    if (success_of(i) != NOBODY)
        return DONE;
    return facts->runs[i] >= facts->tries ? FAILED : UNFINISHED;
}

static const char *fate_name(enum fate fate)
{
    static const char *const names[] = {
        [UNFINISHED] = "UNFINISHED", [DONE] = "DONE", [FAILED] = "FAILED"
    };
    const unsigned k = (unsigned)fate;
    return k < sizeof(names) / sizeof(names[0]) ? names[k] : "something else";
}

/* Who worked where, and beside whom? */
static void judge_walls(const struct outcome *outcome)
{
    if (facts->in_caller.seen)
        verdict_fail(
            outcome,
            "Job %d was called in the supervisor's own process%s. When it "
            "crashes, the supervisor and all the other jobs end with it: "
            "nobody is left to start anything again. See fork(2), and the "
            "demo.",
            facts->in_caller.job,
            facts->in_caller.a ? ", in another thread of it" : "");
    if (facts->shares_memory)
        verdict_fail(
            outcome,
            "A job changed a variable in its child, and the supervisor's own "
            "changed with it: the two share their memory, and what a job ruins "
            "is the supervisor's. See vfork(2).");
    if (facts->took_other)
        verdict_fail(
            outcome,
            "The caller had another child, which had ended already, and now "
            "that one cannot be waited for: you took its end, perhaps for a "
            "job's. wait() takes whichever child comes first. See waitpid(2), "
            "the meaning of pid.");
}

static void judge_children(const struct outcome *outcome)
{
    if (facts->early > 0)
        verdict_fail(
            outcome,
            "%ssupervise came back while %d of its children %s still at work. "
            "Nobody can know yet how they will end: the status that waitpid() "
            "fills in is worth something only if it returned that child's id. "
            "See waitpid(2), RETURN VALUE, and WNOHANG.",
            refusal(), facts->early, facts->early == 1 ? "was" : "were");
    verdict_ended(outcome);
    if (facts->same_child.seen)
        verdict_fail(
            outcome,
            "One child called job() for job %d, and then for job %d. Each "
            "attempt is a child of its own: had the first one crashed, there "
            "would have been no second. See exercise.h.",
            facts->same_child.a, facts->same_child.job);
}

static void judge_too_often(const struct outcome *outcome)
{
    for (int i = 0; i < facts->row->jobs; i++) {
        const int success = success_of(i), runs = facts->runs[i];
        const int tries = facts->tries;
        if (success != NOBODY && success < tries && runs > success + 1)
            verdict_fail(
                outcome,
                "Job %d had succeeded in its attempt %d, and was run again: "
                "twice paid, twice mailed. Whoever is done stays out of the "
                "next round. And was it this job's child that had failed? See "
                "waitpid(2): it can wait for one child.",
                i, success + 1);
        if (runs > tries + 1)
            verdict_fail(
                outcome,
                "Job %d fails every time, `tries` is %d, and the check "
                "stopped counting after %d attempts. Who counts, in which "
                "process, and what ends the loop? See exercise.h.",
                i, tries, runs);
        if (runs > tries)
            verdict_fail(
                outcome,
                "Job %d failed %d time%s, `tries` is %d, and it was started "
                "once more. The first attempt is a try as well: `tries` "
                "counts attempts, not restarts. See exercise.h.",
                i, tries, tries == 1 ? "" : "s", tries);
    }
}

/* Job i was neither done nor tried often enough, and its last attempt failed. */
static void judge_last_attempt(const struct outcome *outcome, int i)
{
    const int runs = facts->runs[i], tries = facts->tries;
    const char letter = script_of(i, runs - 1);
    const int by = signal_of(letter);
    const bool called_done = facts->fates[i] == DONE;
    if (by != 0 && called_done)
        verdict_fail(
            outcome,
            "Signal %d (%s) ended the child of job %d, and you took the job "
            "for done. Who is ended by a signal has no exit status, and "
            "WEXITSTATUS gives 0 for it. Ask first whose end you have got, and "
            "how it came. See wait(2), WIFEXITED and WIFSIGNALED.",
            by, strsignal(by), i);
    if (called_done)
        verdict_fail(
            outcome,
            "The child of job %d exited with status %d, and you took the job "
            "for done. It ended by itself, but not well: only status 0 is a "
            "success. See wait(2), WEXITSTATUS.",
            i, letter - '0');
    verdict_fail(outcome,
                 "Attempt %d of job %d failed (%s %d), `tries` is %d, and you "
                 "did not start it again. Each job has its own %d attempts, "
                 "whatever the others have used up. See exercise.h.",
                 runs, i, by != 0 ? "signal" : "exit status",
                 by != 0 ? by : letter - '0', tries, tries);
}

/* Nobody was refused: then all are done, or have failed often enough. */
static void judge_abandoned(const struct outcome *outcome)
{
    for (int i = 0; i < facts->row->jobs; i++) {
        if (facts->runs[i] == 0)
            verdict_fail(
                outcome,
                "Job %d never ran, in no process, and supervise came back. The "
                "jobs have the numbers 0 to %d, and one that fails is no "
                "reason to leave out another. See exercise.h.",
                i, facts->row->jobs - 1);
        if (true_fate(i) == UNFINISHED)
            judge_last_attempt(outcome, i);
    }
}

/* What is told of each job, against what has really happened to it. */
static void judge_fates(const struct outcome *outcome)
{
    int done = 0, unfinished = 0;
    for (int i = 0; i < facts->row->jobs; i++) {
        const enum fate truth = true_fate(i), fate = facts->fates[i];
        done += truth == DONE;
        unfinished += truth == UNFINISHED;
        if ((int)fate == UNTOUCHED)
            verdict_fail(
                outcome,
                "%sret_fates[%d] was left as it was. If a child stored it, it "
                "stored it in its own copy: what gets home is its exit "
                "status. See fork(2), and exercise.h.",
                refusal(), i);
        if (fate != truth)
            verdict_fail(
                outcome,
                "%sJob %d has had %d attempt%s of %d and is %s, and you "
                "reported %s. A child that was never made can neither succeed "
                "nor fail. See exercise.h.",
                refusal(), i, facts->runs[i], facts->runs[i] == 1 ? "" : "s",
                facts->tries, fate_name(truth), fate_name(fate));
    }
    if (outcome->result != (unfinished > 0 ? -1 : done))
        verdict_fail(
            outcome,
            "%sOf %d jobs %d are done and %d unfinished, and supervise gave "
            "back %ld. It gives back how many are done; or -1, if some are "
            "unfinished. See exercise.h.",
            refusal(), facts->row->jobs, done, unfinished, outcome->result);
}

static void judge(const struct outcome *outcome)
{
    judge_walls(outcome);
    judge_children(outcome);
    judge_too_often(outcome);
    verdict_common(outcome);
    if (facts->refused == 0)
        judge_abandoned(outcome);
    judge_fates(outcome);
    const struct sight *const misnumbered = &facts->misnumbered;
    if (misnumbered->seen)
        verdict_fail(
            outcome,
            "%sChild number %d of job %d was told that it is attempt %d. "
            "Attempts are counted for each job by itself, from 1, and by the "
            "process that stays: what a child counts, it counts in its own "
            "copy. See exercise.h, and fork(2).",
            refusal(), misnumbered->a, misnumbered->job, misnumbered->b);
    verdict_leftovers(outcome);
}

static struct row rows[] = {
    { .name = "runs_each_job_in_a_child",
      .jobs = 3,
      .scripts = { ".", "x", "." },
      .calls = { { .tries = 2 } } },
    { .name = "starts_again_what_has_failed",
      .jobs = 4,
      .scripts = { "s.", ".", "21.", "x" },
      .calls = { { .tries = 3 } } },
    { .name = "gives_up_after_so_many_tries",
      .jobs = 7,
      .scripts = { "1", ".", "s", "3.", "kx", "k", "s1" },
      .calls = { { 2, 0, .free = true }, { 1, 0, .free = true } } },
    { .name = "leaves_other_children_alone",
      .jobs = 2,
      .scripts = { "1.", "." },
      .calls = { { .tries = 2 } },
      .beside_another = true },
    { .name = "says_when_a_child_was_refused",
      .jobs = 4,
      .scripts = { "s.", ".", "11.", "." },
      .calls = { { 3, 6, .free = false },
                 { 3, 3, .free = true },
                 { 3, 1, .free = true } } },
};
enum { TESTS = sizeof(rows) / sizeof(rows[0]) };

static void follow_row(void **state)
{
    const struct row *const row = *state;
    for (int k = 0; row->calls[k].tries > 0; k++) {
        const struct outcome outcome = try(row, k);
        if (facts->refused > 0 && births_tried_processes() == 0)
            checking_skip("no child is made by fork(), so none can be refused");
        judge(&outcome);
    }
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    struct CMUnitTest tests[TESTS] = { 0 };
    for (int k = 0; k < TESTS; k++) {
        tests[k].name = rows[k].name;
        tests[k].test_func = follow_row;
        tests[k].initial_state = &rows[k];
    }
    return checking_run(argc, argv, tests, TESTS);
}
