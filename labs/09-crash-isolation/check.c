/* Checks exercise 09. A script says how each attempt of each job is to end; the
 * jobs note who ran them, and wait at gates that the check opens from the last
 * job to the first. Notice that no test looks at a clock. */
#define _GNU_SOURCE /* WNOWAIT */
#include "checking.h"
#include "exercise.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 12, GATES = 6, NOBODY = -1, UNTOUCHED = -77 };

/* What a trial tells the check. */
static struct facts {
    pid_t caller;
    int jobs, tries;
    bool gated;
    /* One letter an attempt, the last for all that follow: '.' and 'x' succeed
     * (return, _exit), a digit is a status, others are signals. */
    const char *const *scripts;
    struct recorder recorder; /* what: the attempt; index: the job */
    _Atomic int runs[MOST];   /* how often each job was called */
    struct gate gates[MOST][GATES];
    enum fate fates[MOST];

    int early;   /* children at work when the caller was back */
    int doubled; /* a job with two attempts at work at a time */
    bool took_other, shares_memory;
} * facts;

/* Ordinary memory: no child can change it for its parent. */
static int ordinary;

/* 0: not a signal's letter. */
static int signal_of(char letter)
{
    return letter == 's'   ? SIGSEGV
           : letter == 'k' ? SIGKILL
           : letter == 'a' ? SIGABRT
                           : 0;
}

/* The n-th attempt, from 0. */
static char script_of(int i, int n)
{
    const int last = (int)strlen(facts->scripts[i]) - 1;
    return facts->scripts[i][n < last ? n : last];
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
    if (i < 0 || i >= facts->jobs)
        return 1; /* then some other never runs */
    recorder_note(&facts->recorder, attempt, i);
    ordinary = 42;
    const int n = atomic_fetch_add(&facts->runs[i], 1);
    if (facts->gated)
        gate_wait(&facts->gates[i][n < GATES ? n : GATES - 1]);
    return end_as(script_of(i, n));
}

static long call(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    ordinary = 1;
    const long result = supervise(facts->jobs, facts->tries, job, facts->fates);
    if (getpid() == facts->caller)
        facts->shares_memory = ordinary != 1;
    return result;
}

/* The caller has a child already, and that one has ended: a zombie. */
static long call_beside_another_child(void *unused)
{
    const pid_t other = fork();
    if (other < 0)
        err(EXIT_FAILURE, "fork");
    if (other == 0)
        _exit(0);
    siginfo_t end;
    if (waitid(P_PID, (id_t)other, &end, WEXITED | WNOWAIT) < 0)
        err(EXIT_FAILURE, "waitid");
    const long result = call(unused);
    if (getpid() == facts->caller)
        facts->took_other =
            waitid(P_PID, (id_t)other, &end, WEXITED | WNOWAIT | WNOHANG) < 0;
    return result;
}

/* From the last job to the first, one at a time. */
static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    int all = 0, open_job = NOBODY, open_gate = 0;
    for (int i = 0; i < facts->jobs; i++) {
        int inside = 0;
        for (int n = 0; n < GATES; n++) {
            const int here = gate_waiting(&facts->gates[i][n]);
            inside += here;
            if (here > 0) {
                open_job = i;
                open_gate = n;
            }
        }
        if (inside > 1 && facts->doubled == NOBODY)
            facts->doubled = i;
        all += inside;
    }
    if (now->returned && all > 0) {
        facts->early = all;
        return false;
    }
    return open_job != NOBODY &&
           gate_release(&facts->gates[open_job][open_gate]) > 0;
}

/* One trial, with one script for each job. */
static struct outcome try(long (*body)(void *), bool gated, int tries, int jobs,
                          const char *const *scripts)
{
    memset(facts, 0, sizeof(*facts));
    facts->jobs = jobs;
    facts->tries = tries;
    facts->scripts = scripts;
    facts->gated = gated;
    facts->doubled = NOBODY;
    for (int i = 0; i < MOST; i++)
        facts->fates[i] = (enum fate)UNTOUCHED;
    const struct trial trial = {
        .body = body,
        .on_quiet = on_quiet,
        .facts = facts,
        .limits.steps = 400, /* for restarts without end */
    };
    return trial_run(&trial);
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

static void judge_where(const struct outcome *outcome)
{
    const int rows = recorder_rows(&facts->recorder);
    for (int k = 0; k < rows; k++) {
        const struct record *const row = &facts->recorder.rows[k];
        if (row->pid == facts->caller)
            verdict_fail(
                outcome,
                "Job %d was called in the supervisor's own process%s. When it "
                "crashes, the supervisor and all the other jobs end with it: "
                "nobody is left to start anything again. See fork(2), and the "
                "demo.",
                row->index,
                row->tid != row->pid ? ", in another thread of it" : "");
    }
}

static void judge_early(const struct outcome *outcome, const char *refusal)
{
    if (facts->early == 0)
        return;
    verdict_fail(
        outcome,
        "%ssupervise came back while %d of its children %s still at work. "
        "Nobody can know yet how they will end: the status that waitpid() "
        "fills in is worth something only if it returned that child's id. See "
        "waitpid(2), RETURN VALUE, and WNOHANG.",
        refusal, facts->early, facts->early == 1 ? "was" : "were");
}

static void judge_children(const struct outcome *outcome)
{
    if (facts->doubled != NOBODY)
        verdict_fail(
            outcome,
            "Two attempts of job %d were at work at the same time. One that "
            "still runs has not failed: the next comes when its child has "
            "ended. See exercise.h, and waitpid(2), RETURN VALUE.",
            facts->doubled);
    const int rows = recorder_rows(&facts->recorder);
    for (int k = 0; k < rows; k++) {
        const struct record *const row = &facts->recorder.rows[k];
        for (int before = 0; before < k; before++)
            if (facts->recorder.rows[before].pid == row->pid)
                verdict_fail(
                    outcome,
                    "One child called job() for job %d, and then for job %d. "
                    "Each attempt is a child of its own: had the first one "
                    "crashed, there would have been no second. See "
                    "exercise.h.",
                    facts->recorder.rows[before].index, row->index);
    }
}

static void judge_too_often(const struct outcome *outcome)
{
    for (int i = 0; i < facts->jobs; i++) {
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

/* Nobody was refused, and job i was neither done nor tried often enough. */
static void judge_abandoned(const struct outcome *outcome, int i)
{
    const int runs = facts->runs[i];
    if (runs == 0)
        verdict_fail(outcome,
                     "Job %d never ran, in no process, and supervise came "
                     "back. The jobs have the numbers 0 to %d, and one that "
                     "fails is no reason to leave out another. See exercise.h.",
                     i, facts->jobs - 1);
    const char letter = script_of(i, runs - 1);
    const int by = signal_of(letter);
    const bool called_done = facts->fates[i] == DONE;
    if (by != 0 && called_done)
        verdict_fail(
            outcome,
            "Signal %d (%s) ended the child of job %d, and you took the job "
            "for done. Who is ended by a signal has no exit status, and "
            "WEXITSTATUS gives 0 for it: ask first how the child ended. See "
            "wait(2), WIFEXITED and WIFSIGNALED.",
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
                 by != 0 ? by : letter - '0', facts->tries, facts->tries);
}

/* What is told of each job, against what has really happened to it. */
static void judge_fates(const struct outcome *outcome, const char *refusal)
{
    int done = 0, unfinished = 0;
    for (int i = 0; i < facts->jobs; i++) {
        const enum fate truth = true_fate(i), fate = facts->fates[i];
        done += truth == DONE;
        unfinished += truth == UNFINISHED;
        if ((int)fate == UNTOUCHED)
            verdict_fail(
                outcome,
                "%sret_fates[%d] was left as it was. If a child stored it, it "
                "stored it in its own copy: what gets home is its exit "
                "status. See fork(2), and exercise.h.",
                refusal, i);
        if (fate != truth)
            verdict_fail(
                outcome,
                "%sJob %d has had %d attempt%s of %d and is %s, and you "
                "reported %s. A child that was never made can neither succeed "
                "nor fail. See exercise.h.",
                refusal, i, facts->runs[i], facts->runs[i] == 1 ? "" : "s",
                facts->tries, fate_name(truth), fate_name(fate));
    }
    if (outcome->result != (unfinished > 0 ? -1 : done))
        verdict_fail(
            outcome,
            "%sOf %d jobs %d are done and %d unfinished, and supervise gave "
            "back %ld. It gives back how many are done; or -1, if some are "
            "unfinished. See exercise.h.",
            refusal, facts->jobs, done, unfinished, outcome->result);
}

/* A job's rows are in order: its attempts come one after the other. */
static void judge_numbers(const struct outcome *outcome, const char *refusal)
{
    const int rows = recorder_rows(&facts->recorder);
    int seen[MOST] = { 0 };
    for (int k = 0; k < rows; k++) {
        const struct record *const row = &facts->recorder.rows[k];
        const int number = ++seen[row->index];
        if (row->what != number)
            verdict_fail(
                outcome,
                "%sChild number %d of job %d was told that it is attempt %d. "
                "Attempts are counted for each job by itself, from 1, and by "
                "the process that stays: what a child counts, it counts in its "
                "own copy. See exercise.h, and fork(2).",
                refusal, number, row->index, row->what);
    }
}

static void judge_memory(const struct outcome *outcome)
{
    if (!facts->shares_memory)
        return;
    verdict_fail(outcome,
                 "A job changed a variable in its child, and the supervisor's "
                 "own changed with it: the two share their memory, and what a "
                 "job ruins is the supervisor's. See vfork(2).");
}

static void judge_attempts(const struct outcome *outcome, const char *refusal)
{
    judge_where(outcome);
    judge_early(outcome, refusal);
    verdict_ended(outcome);
    judge_children(outcome);
    judge_too_often(outcome);
    verdict_common(outcome);
}

static void judge(const struct outcome *outcome)
{
    judge_attempts(outcome, "");
    if (recorder_rows(&facts->recorder) == 0)
        verdict_fail(outcome,
                     "supervise gave back %ld, and no process has called "
                     "job(). See fork(2).",
                     outcome->result);
    for (int i = 0; i < facts->jobs; i++)
        if (true_fate(i) == UNFINISHED)
            judge_abandoned(outcome, i);
    judge_fates(outcome, "");
    judge_numbers(outcome, "");
    verdict_leftovers(outcome);
}

static void runs_each_job_in_a_child(void **state)
{
    (void)state;
    static const char *const scripts[] = { ".", "x", "." };
    /* vfork holds its caller in a way that cannot be told from work: so before
     * anybody waits at a gate, see to that. */
    struct outcome outcome = try(call, false, 2, 3, scripts);
    judge_where(&outcome);
    judge_memory(&outcome);

    outcome = try(call, true, 2, 3, scripts);
    judge(&outcome);
}

static void starts_again_what_has_failed(void **state)
{
    (void)state;
    static const char *const scripts[] = { "s.", ".", "21.", "x" };
    const struct outcome outcome = try(call, true, 3, 4, scripts);
    judge(&outcome);
}

static void gives_up_after_so_many_tries(void **state)
{
    (void)state;
    static const char *const scripts[] = { "1", ".", "s", "3.", "ax", "k" };
    for (int tries = 2; tries >= 1; tries--) {
        const struct outcome outcome = try(call, false, tries, 6, scripts);
        judge(&outcome);
    }
}

static void leaves_other_children_alone(void **state)
{
    (void)state;
    static const char *const scripts[] = { "1.", "." };
    struct outcome outcome =
        try(call_beside_another_child, true, 2, 2, scripts);
    judge_where(&outcome);
    const bool ended =
        outcome.how == TRIAL_CRASHED || outcome.how == TRIAL_EXITED;
    if (facts->took_other || (!ended && outcome.left.zombies == 0))
        verdict_fail(
            &outcome,
            "The caller had another child, which had ended already, and now "
            "that one cannot be waited for: you took its end, perhaps for a "
            "job's. wait() takes whichever child comes first. See waitpid(2), "
            "the meaning of pid.");
    outcome.left.zombies--;
    judge(&outcome);
}

static void says_when_a_child_was_refused(void **state)
{
    (void)state;
    static const char *const scripts[] = { "s.", ".", "11.", "." };
    static const char refusal[] =
        "The system refused a child (fork() gave -1). ";
    static const int refused[] = { 5, 2, 0 };
    for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
        births_count_only();
        births_fail_at(refused[k]);
        const struct outcome outcome = try(call, k == 0, 3, 4, scripts);
        if (births_tried_processes() == 0)
            skip(); /* another call than fork: nobody has stood in its way */
        judge_attempts(&outcome, refusal);
        judge_fates(&outcome, refusal);
        judge_numbers(&outcome, refusal);
        verdict_leftovers(&outcome);
    }
}

static void runs_many_jobs(void **state)
{
    (void)state;
    static const char letters[] = "..x137ska";
    char drawn[MOST][4] = { "" };
    const char *scripts[MOST];
    uint64_t random = seed_get();
    for (int i = 0; i < MOST; i++) {
        for (int n = 0; n < 3; n++)
            drawn[i][n] = letters[seed_below(&random, sizeof(letters) - 1)];
        scripts[i] = drawn[i];
    }
    births_count_only(); /* nobody is refused */
    const struct outcome outcome = try(call, false, 3, MOST, scripts);
    judge(&outcome);
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_each_job_in_a_child),
        cmocka_unit_test(starts_again_what_has_failed),
        cmocka_unit_test(gives_up_after_so_many_tries),
        cmocka_unit_test(leaves_other_children_alone),
        cmocka_unit_test(says_when_a_child_was_refused),
        cmocka_unit_test(runs_many_jobs),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
