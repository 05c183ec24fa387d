/* Checks exercise 04. Workers are started, then joined; each waits at a gate
 * inside its run, and notes whose struct it was given. The structs lie in plain
 * memory: no process can write into its parent's. Notice that no test looks at
 * a clock. */
#include "checking.h"
#include "exercise.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PARTS = 4, STRANGER = -1, UNSET = -12345 };
enum { RUN, TARGET }; /* what is noted */

/* Derived from the student's struct, as exercise.h says. */
static struct part {
    struct worker base;
    int (*replaced)(struct worker *self);
} parts[PARTS];

/* What a trial is about; made before it. */
struct role {
    enum worker_kind kind;
    bool target, overrides; /* how it is told what to run: either, or both */
    int returns, raises;
};
static struct plan {
    int n;
    struct role roles[PARTS];
    bool backwards; /* the last one that was started ends first */
    const struct step *life;
} plan;

/* What it tells the check. All are started, then all are joined: call k is the
 * start of part k, or the join of part k - n. */
static struct facts {
    pid_t caller;
    struct recorder recorder; /* RUN and TARGET, with the part's number */
    struct gate gates[PARTS]; /* inside run */
    int without_run;          /* which had none after its init; from 1 */
    int calls;                /* that have come back */
    int codes[2 * PARTS], results[PARTS];
    int step, step_code; /* of the test that makes wrong calls */
} * facts;

static int index_of(const void *address)
{
    for (int i = 0; i < plan.n; i++)
        if (address == &parts[i])
            return i;
    return STRANGER;
}

static int work(int what, const void *address)
{
    const int i = index_of(address);
    recorder_note(&facts->recorder, what, i);
    if (i == STRANGER)
        return 0;
    gate_wait(&facts->gates[i]);
    if (plan.roles[i].raises != 0)
        raise(plan.roles[i].raises);
    return plan.roles[i].returns;
}

static int target(void *arg)
{
    return work(TARGET, arg);
}

/* Calls the run that it replaces, if there is a target. */
static int own_run(struct worker *self)
{
    const int i = index_of(self);
    if (i == STRANGER || !plan.roles[i].target)
        return work(RUN, self);
    recorder_note(&facts->recorder, RUN, i);
    return parts[i].replaced(self);
}

/* In memory that held something else. False: there is no run after it. */
static bool prepare(int i)
{
    struct part *const part = &parts[i];
    const struct role *const role = &plan.roles[i];
    memset(part, 0xa5, sizeof(*part));
    part->base.run = NULL;
    if (role->target)
        worker_init_target(&part->base, role->kind, target, part);
    else
        worker_init(&part->base, role->kind);
    part->replaced = part->base.run;
    if (role->overrides)
        part->base.run = own_run;
    return part->replaced != NULL;
}

static long play(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    for (int i = 0; i < plan.n; i++) {
        if (!prepare(i)) {
            facts->without_run = i + 1;
            return 0;
        }
        errno = EDOM; /* whoever looks there without a reason finds this */
        const int code = worker_start(&parts[i].base);
        if (getpid() != facts->caller)
            return 0; /* a child ran on */
        facts->codes[facts->calls++] = code;
    }
    for (int i = 0; i < plan.n; i++) {
        facts->results[i] = UNSET;
        const int code = worker_join(&parts[i].base, &facts->results[i]);
        facts->codes[facts->calls++] = code;
    }
    return 0;
}

/* The first part that was joined and is still inside its run, or -1. */
static int find_early(void)
{
    for (int i = 0; i < facts->calls - plan.n; i++)
        if (gate_waiting(&facts->gates[i]) > 0)
            return i;
    return -1;
}

/* Everyone waits: who may leave its run? The one that is joined, or the last
 * of all. */
static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    const int joining = facts->calls - plan.n;
    if (births_release_all() > 0)
        return true;
    if ((joining < 0 && !now->returned) || find_early() >= 0)
        return false;
    if (!plan.backwards)
        return joining >= 0 && joining < plan.n &&
               gate_release(&facts->gates[joining]) > 0;
    for (int i = plan.n - 1; i >= 0; i--)
        if (gate_release(&facts->gates[i]) > 0)
            return true;
    return false;
}

static struct outcome try(const struct plan *chosen, long (*body)(void *),
                          int refused)
{
    plan = *chosen;
    memset(facts, 0, sizeof(*facts));
    births_park();
    births_fail_at(refused);
    const struct trial trial = {
        .body = body,
        .on_quiet = on_quiet,
        .facts = facts,
    };
    return trial_run(&trial);
}

/* "worker 2 (a thread with a target)"; the text is kept until the next. */
static const char *who(int i)
{
    static const char *const told[2][2] = {
        { "with the run of worker_init", "that overrides run" },
        { "with a target", "with a target, that overrides run" },
    };
    static char text[80];
    const struct role *const role = &plan.roles[i];
    snprintf(text, sizeof(text), "worker %d (a %s %s)", i,
             role->kind == WORKER_PROCESS ? "process" : "thread",
             told[role->target][role->overrides]);
    return text;
}

/* The first row that should not be there, or NULL. */
static const struct record *find_fault(void)
{
    const int rows = recorder_rows(&facts->recorder);
    for (int k = 0; k < rows; k++) {
        const struct record *const row = &facts->recorder.rows[k];
        if (row->index == STRANGER || row->tid == facts->caller ||
            (plan.roles[row->index].kind == WORKER_THREAD) !=
                (row->pid == facts->caller) ||
            recorder_find(&facts->recorder, row->what, row->index) != row)
            return row;
    }
    return NULL;
}

static void judge_who_called(const struct outcome *outcome)
{
    const struct record *const row = find_fault();
    if (row == NULL)
        return;
    const char *const callee = row->what == TARGET ? "target" : "run";
    if (row->index == STRANGER)
        verdict_fail(
            outcome, "The %s was called with an address that is none of %s",
            callee,
            row->what == TARGET
                ? "those that worker_init_target was given. It has to get "
                  "that very pointer. See exercise.h."
                : "the workers'. Whoever derives a struct from the base looks "
                  "for fields of their own behind that address; a copy of the "
                  "base alone has lost them (that is called slicing). See "
                  "exercise.h: with this very w.");
    if (row->tid == facts->caller)
        verdict_fail(
            outcome,
            "The %s of %s was called by the caller's own thread: the same pid, "
            "the same tid. To call it is not to start it; the caller can do "
            "nothing else until it is over. Somebody new has to make that "
            "call. See fork(2), RETURN VALUE; pthread_create(3).",
            callee, who(row->index));
    const bool process = plan.roles[row->index].kind == WORKER_PROCESS;
    if ((row->pid == facts->caller) == process)
        verdict_fail(outcome,
                     "The %s of %s was called in %s. What was the kind that "
                     "its init had been given? See exercise.h.",
                     callee, who(row->index),
                     process ? "the caller's process, by another thread"
                             : "another process: what it writes stays there");
    verdict_ended(outcome); /* who runs on may well call it twice */
    verdict_fail(outcome,
                 "The %s of %s was called twice, in one start. That happens "
                 "when two find in one variable what to call: until the first "
                 "looks there, the second has been started. See "
                 "pthread_create(3) on arg.",
                 callee, who(row->index));
}

static void judge_start(const struct outcome *outcome)
{
    const struct crash *const crash = &outcome->crash;
    if (crash->signal != 0 && (crash->in_child || !crash->in_main))
        verdict_fail(
            outcome,
            "A %s that was made for a worker crashed: %s%s%s. Is what it "
            "looked for there for every worker, and is it still? Not each has "
            "a target; and a local variable is gone once worker_start has come "
            "back. See pthread_create(3) on arg.",
            crash->in_child ? "process" : "thread", strsignal(crash->signal),
            crash->where[0] != '\0' ? ", at " : "", crash->where);
    verdict_ended(outcome);
    if (facts->without_run > 0)
        verdict_fail(outcome,
                     "After its init, w->run of %s is NULL. Who overrides "
                     "nothing has to find a run there, too. See exercise.h.",
                     who(facts->without_run - 1));
    const int starting = facts->calls;
    if (outcome->how != TRIAL_RETURNED && starting < plan.n &&
        gate_waiting(&facts->gates[starting]) > 0)
        verdict_fail(
            outcome,
            "worker_start of %s does not come back before its run is over: "
            "everyone waited, run at work and the caller still inside the "
            "start. So there are never two at work. Waiting is what "
            "worker_join is for. See waitpid(2), pthread_join(3).",
            who(starting));
}

/* Calls that have come back: was everything called, and all well? */
static void judge_calls(const struct outcome *outcome)
{
    for (int k = 0; k < facts->calls; k++)
        if (facts->codes[k] != 0)
            verdict_fail(
                outcome,
                "worker_%s of %s gave %d. Nothing was wrong with that worker: "
                "its init had been called, in memory that held something else, "
                "and %s. See exercise.h.",
                k < plan.n ? "start" : "join", who(k % plan.n), facts->codes[k],
                k < plan.n ? "it was not started before"
                           : "it had been started, and joined by nobody");
    for (int i = 0; i < facts->calls - plan.n; i++) {
        const struct role *const role = &plan.roles[i];
        const bool no_run =
            role->overrides && recorder_find(&facts->recorder, RUN, i) == NULL;
        if (no_run || (role->target &&
                       recorder_find(&facts->recorder, TARGET, i) == NULL))
            verdict_fail(
                outcome,
                "The join of %s came back, and its %s was never called: by no "
                "process and no thread. Overriding is nothing but another "
                "pointer in w->run, and a target is called from there: whoever "
                "does not look there when the worker starts calls something "
                "else. See exercise.h.",
                who(i), no_run ? "own run" : "target");
    }
}

static void judge_join(const struct outcome *outcome)
{
    const int joining = facts->calls - plan.n, early = find_early();
    int at_work = 0;
    for (int i = 0; i < plan.n; i++)
        at_work += gate_waiting(&facts->gates[i]) > 0;
    const bool late = at_work > 0 && joining >= 0 && joining < plan.n &&
                      gate_waiting(&facts->gates[joining]) == 0;
    if (early >= 0 || late)
        verdict_fail(
            outcome,
            "worker_join of %s %s. Did it wait at all, and for whom? Each join "
            "is for one worker alone, and knows it by its pid, or pthread_t. "
            "See waitpid(2), pthread_join(3).",
            who(early >= 0 ? early : joining),
            early >= 0 ? "came back while that one was still at work"
                       : "went on waiting when that one's run was over, while "
                         "others were at work");
}

static struct outcome expect(const struct plan *chosen)
{
    const struct outcome outcome = try(chosen, play, -1);
    judge_who_called(&outcome);
    judge_start(&outcome);
    judge_calls(&outcome);
    judge_join(&outcome);
    verdict_common(&outcome);
    verdict_leftovers(&outcome);
    return outcome;
}

static int expected_of(const struct role *role)
{
    if (role->raises != 0)
        return -role->raises;
    return role->kind == WORKER_PROCESS ? role->returns & 0xff : role->returns;
}

/* Why another number came than was to come. */
static const char *explain(int i)
{
    const struct role *const role = &plan.roles[i];
    const int expected = expected_of(role), got = facts->results[i];
    const bool process = role->kind == WORKER_PROCESS;
    if (got == UNSET)
        return "That was there before: nothing was stored. See exercise.h on "
               "ret_result.";
    if (role->raises != 0)
        return "A signal ended that process, and it has no exit status then: "
               "ask first how it ended. See wait(2), WIFSIGNALED.";
    if (process && got == expected << 8)
        return "That is the raw wait status, in which the answer is the second "
               "byte. See wait(2), WEXITSTATUS.";
    if (process)
        return "A run returns it, all the way up to _exit(), which passes on "
               "eight bits. What a process writes into *w is written into its "
               "own copy. See _exit(2), wait(2), WEXITSTATUS.";
    if (got == (expected & 0xff))
        return "Eight bits are what a process has for it. A thread shares your "
               "memory, and can hand over all of the number.";
    return "Was it returned all the way? Where was it put, and was that place "
           "still there? See pthread_exit(3), pthread_join(3).";
}

static void expect_results(const struct plan *chosen)
{
    const struct outcome outcome = expect(chosen);
    for (int i = 0; i < plan.n; i++) {
        const struct role *const role = &plan.roles[i];
        if (facts->results[i] != expected_of(role))
            verdict_fail(
                &outcome,
                "The run of %s %s %d, and worker_join stored %d where %d was "
                "expected. %s",
                who(i), role->raises != 0 ? "ended by signal" : "gave back",
                role->raises != 0 ? role->raises : role->returns,
                facts->results[i], expected_of(role), explain(i));
    }
}

static const struct plan four = {
    .n = 4,
    .roles = { { WORKER_PROCESS, true, false, 300, 0 },
               { WORKER_PROCESS, false, true, -1, 0 },
               { WORKER_THREAD, true, false, 1000, 0 },
               { WORKER_THREAD, false, true, -5, 0 } },
};

static void has_run_called_by_somebody_new(void **state)
{
    (void)state;
    expect(&four);
}

static void joins_the_one_it_is_asked_for(void **state)
{
    (void)state;
    struct plan other = four;
    other.backwards = true;
    expect(&other);
}

static void gives_back_what_run_gave(void **state)
{
    (void)state;
    static const struct plan killed = {
        .n = 1,
        .roles = { { WORKER_PROCESS, false, true, 0, SIGKILL } },
    };
    expect_results(&four);
    expect_results(&killed);
}

static void lets_a_new_run_call_the_old(void **state)
{
    (void)state;
    static const struct plan inherited = {
        .n = 4,
        .roles = { { WORKER_PROCESS, true, true, 20, 0 },
                   { WORKER_THREAD, true, true, 21, 0 },
                   { WORKER_PROCESS, false, false, 0, 0 },
                   { WORKER_THREAD, false, false, 0, 0 } },
    };
    expect_results(&inherited);
}

/* One worker's life, call by call, until one gives something else than the
 * contract says. */
struct step {
    bool init, joins; /* is initialised now; the call is a join, or a start */
    int code;         /* what the contract says */
    const char *seen, *meaning;
};

static const struct step refused[] = {
    { true, false, -EAGAIN,
      "worker_start was refused a worker by the system (EAGAIN)",
      "Who does not look believes in a worker that is not there. fork() says "
      "-1 and sets errno; pthread_create() returns the error, and leaves errno "
      "as it was. See fork(2), pthread_create(3), RETURN VALUE." },
    { false, true, -EINVAL, "worker_join was called after a start that failed",
      "There is nobody to wait for: what was noted of that worker leads "
      "nowhere, and a pid of -1 leads to any child. See waitpid(2)." },
    { 0 },
};

static const struct step misused[] = {
    { false, false, -EINVAL,
      "worker_start was called for a derived worker whose base had not been "
      "initialised: run is set, and all else is 0",
      NULL },
    { true, true, -EINVAL,
      "worker_join was called for a worker that had not been started", NULL },
    { false, false, 0, "worker_start was called after that", NULL },
    { false, false, -EINVAL,
      "worker_start was called a second time, while that worker was at work",
      NULL },
    { false, true, 0, "worker_join was called after that", NULL },
    { false, true, -EINVAL,
      "worker_join was called a second time; the worker was gone by then",
      NULL },
    { 0 },
};

static long live(void *unused)
{
    (void)unused;
    struct worker *const w = &parts[0].base;
    int result;
    memset(&parts[0], 0, sizeof(parts[0]));
    w->run = own_run;
    facts->caller = getpid();
    facts->calls = plan.n; /* for on_quiet: whoever is in run may end */
    for (int k = 0; plan.life[k].seen != NULL; k++) {
        if (plan.life[k].init)
            prepare(0);
        facts->step = k;
        facts->step_code = UNSET;
        errno = EDOM; /* whoever looks there without a reason finds this */
        const int code =
            plan.life[k].joins ? worker_join(w, &result) : worker_start(w);
        if (getpid() != facts->caller)
            return 0; /* a child ran on */
        facts->step_code = code;
        if (code != plan.life[k].code)
            return 0;
    }
    return 0;
}

/* False: nothing was refused, as another call makes it, or tries again. */
static bool expect_life(const struct step *life, const struct role *role)
{
    const struct plan one = { .n = 1, .roles = { *role }, .life = life };
    const struct outcome outcome = try(&one, live, life == refused ? 0 : -1);
    const struct step *const step = &life[facts->step];
    const int code = facts->step_code;
    if (life == refused && code == 0 && births_tried() != 1)
        return false;
    char gave[40] = "it never came back";
    if (code != UNSET)
        snprintf(gave, sizeof(gave), "it gave %d", code);
    if (code != step->code)
        verdict_fail(
            &outcome, "A %s: %s, and %s; the contract says %d%s. %s",
            role->kind == WORKER_PROCESS ? "process" : "thread", step->seen,
            gave, step->code, step->code == -EINVAL ? " (-EINVAL)" : "",
            step->meaning != NULL ? step->meaning
                                  : "A worker has to know how far it has come. "
                                    "See exercise.h.");
    verdict_leftovers(&outcome);
    return true;
}

static void says_when_there_is_no_worker(void **state)
{
    (void)state;
    const bool thread = expect_life(refused, &four.roles[2]);
    const bool process = expect_life(refused, &four.roles[0]);
    if (!thread && !process)
        checking_skip("no call of pthread_create or fork to refuse");
}

static void says_when_it_is_used_wrongly(void **state)
{
    (void)state;
    expect_life(misused, &four.roles[1]);
    expect_life(misused, &four.roles[3]);
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_run_called_by_somebody_new),
        cmocka_unit_test(joins_the_one_it_is_asked_for),
        cmocka_unit_test(gives_back_what_run_gave),
        cmocka_unit_test(lets_a_new_run_call_the_old),
        cmocka_unit_test(says_when_there_is_no_worker),
        cmocka_unit_test(says_when_it_is_used_wrongly),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
