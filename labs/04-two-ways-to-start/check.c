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
enum way { BY_TARGET, OWN_RUN, OWN_RUN_CALLS_BASE, NO_RUN };

/* Derived from the student's struct, as exercise.h says. */
static struct part {
    struct worker base;
    int (*replaced)(struct worker *self);
    char more[64];
} parts[PARTS];

/* What a trial is about; made before it. */
struct role {
    enum worker_kind kind;
    enum way way;
    int returns, raises;
};
static struct plan {
    int n;
    struct role roles[PARTS];
    bool backwards; /* the last one that was started ends first */
    bool misused;   /* with calls in between that are none of the contract's */
} plan;

/* What it tells the check. "Which" is a part's number + 1, or 0. */
static struct facts {
    pid_t caller;
    struct recorder recorder;     /* RUN and TARGET, with the part's number */
    struct gate gates[PARTS + 1]; /* inside run; the last for strangers */
    bool released[PARTS];
    int without_run; /* which had no run after its init */
    int starting;    /* which, now */
    int joined, starts[PARTS], joins[PARTS], results[PARTS];
    bool blocked;               /* the start that it is in */
    int early, overdue, others; /* which joins; how many others at work then */
    int misuse, misuse_code;    /* the last of them */
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
    gate_wait(&facts->gates[i != STRANGER ? i : PARTS]);
    if (i == STRANGER)
        return 0;
    if (plan.roles[i].raises != 0)
        raise(plan.roles[i].raises);
    return plan.roles[i].returns;
}

static int target(void *arg)
{
    return work(TARGET, arg);
}

static int own_run(struct worker *self)
{
    return work(RUN, self);
}

static int own_run_calls_base(struct worker *self)
{
    const int i = index_of(self);
    recorder_note(&facts->recorder, RUN, i);
    return i != STRANGER ? parts[i].replaced(self) : 0;
}

/* In memory that held something else. */
static bool prepare(int i)
{
    struct part *const part = &parts[i];
    const struct role *const role = &plan.roles[i];
    memset(part, 0xa5, sizeof(*part));
    part->base.run = NULL;
    if (role->way == BY_TARGET || role->way == OWN_RUN_CALLS_BASE)
        worker_init_target(&part->base, role->kind, target, part);
    else
        worker_init(&part->base, role->kind);
    part->replaced = part->base.run;
    if (role->way == OWN_RUN)
        part->base.run = own_run;
    if (role->way == OWN_RUN_CALLS_BASE)
        part->base.run = own_run_calls_base;
    return part->replaced != NULL;
}

enum { NOT_INITIALISED, NOT_STARTED, STARTED_AGAIN, JOINED_AGAIN };

/* One wrong call, where the plan asks for it. False: it was not noticed. */
static bool misuse(int what, int i)
{
    int unused;
    struct worker *const w = &parts[i].base;
    if (!plan.misused)
        return true;
    facts->misuse = what;
    if (what == NOT_INITIALISED) {
        memset(&parts[i], 0, sizeof(parts[i]));
        w->run = own_run;
    }
    const int code = what == NOT_INITIALISED || what == STARTED_AGAIN
                         ? worker_start(w)
                         : worker_join(w, &unused);
    if (getpid() != facts->caller)
        return false; /* a child ran on */
    facts->misuse_code = code;
    return code == -EINVAL;
}

static bool start(int i)
{
    if (!misuse(NOT_INITIALISED, i))
        return false;
    if (!prepare(i)) {
        facts->without_run = i + 1;
        return false;
    }
    if (!misuse(NOT_STARTED, i))
        return false;
    facts->starting = i + 1;
    errno = EDOM; /* whoever looks there without a reason finds this */
    const int code = worker_start(&parts[i].base);
    if (getpid() != facts->caller)
        return false; /* a child ran on */
    facts->starts[i] = code;
    facts->starting = 0;
    return code != 0 || misuse(STARTED_AGAIN, i);
}

static long play(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    for (int i = 0; i < plan.n; i++)
        if (!start(i))
            return 0;
    for (int i = 0; i < plan.n; i++) {
        facts->results[i] = UNSET;
        facts->joins[i] = worker_join(&parts[i].base, &facts->results[i]);
        facts->joined++;
        if (!misuse(JOINED_AGAIN, i))
            return 0;
    }
    return 0;
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

static bool let_out(int i)
{
    if (facts->released[i] || gate_release(&facts->gates[i]) == 0)
        return false;
    facts->released[i] = true;
    return true;
}

/* Everyone is in run, and the caller joins: who may go next? */
static bool on_joining(int at)
{
    for (int i = 0; i < plan.n; i++) {
        const bool inside = gate_waiting(&facts->gates[i]) > 0;
        facts->others += inside && i != at;
        if (inside && i < at) {
            facts->early = i + 1; /* joined, and not yet out */
            return false;
        }
    }
    for (int i = plan.n - 1; plan.backwards && i >= 0; i--)
        if (let_out(i))
            return true;
    if (at < plan.n && let_out(at))
        return true;
    if (at < plan.n && facts->released[at])
        facts->overdue = at + 1;
    return false;
}

static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    facts->others = 0;
    if (births_release_all() > 0)
        return true;
    if (find_fault() != NULL)
        return false;
    if (facts->starting > 0 && !now->returned) {
        if (gate_waiting(&facts->gates[facts->starting - 1]) > 0)
            facts->blocked = true;
        return false;
    }
    return on_joining(facts->joined);
}

static struct outcome try(const struct plan *chosen, int refused)
{
    plan = *chosen;
    memset(facts, 0, sizeof(*facts));
    births_park();
    births_fail_at(refused);
    const struct trial trial = {
        .body = play,
        .on_quiet = on_quiet,
        .facts = facts,
    };
    return trial_run(&trial);
}

/* "worker 2 (a thread with a target)"; the text is kept until the next. */
static const char *who(int i)
{
    static const char *const ways[] = {
        [BY_TARGET] = "with a target",
        [OWN_RUN] = "that overrides run",
        [OWN_RUN_CALLS_BASE] = "with a target, that overrides run",
        [NO_RUN] = "with the run of worker_init",
    };
    static char text[80];
    snprintf(text, sizeof(text), "worker %d (a %s %s)", i,
             plan.roles[i].kind == WORKER_PROCESS ? "process" : "thread",
             ways[plan.roles[i].way]);
    return text;
}

static void judge_stranger(const struct outcome *outcome, int what)
{
    if (what == TARGET)
        verdict_fail(
            outcome,
            "The target was called with an argument that is none of those that "
            "worker_init_target was given. It has to get that very pointer. "
            "See exercise.h.");
    verdict_fail(
        outcome,
        "A run was called with an address that is none of the workers'. "
        "Whoever "
        "derives a struct from the base looks for fields of their own behind "
        "that address; a copy of the base alone has lost them (that is called "
        "slicing). See exercise.h: with this very w.");
}

static void judge_who_called(const struct outcome *outcome)
{
    const struct record *const row = find_fault();
    if (row == NULL)
        return;
    const char *const callee = row->what == TARGET ? "target" : "run";
    if (row->index == STRANGER)
        judge_stranger(outcome, row->what);
    const bool process = plan.roles[row->index].kind == WORKER_PROCESS;
    if (row->tid == facts->caller)
        verdict_fail(
            outcome,
            "The %s of %s was called by the caller's own thread: the same pid, "
            "the same tid. To call it is not to start it; the caller can do "
            "nothing else until it is over. Somebody new has to make that "
            "call. See fork(2), RETURN VALUE; pthread_create(3).",
            callee, who(row->index));
    if ((row->pid == facts->caller) == process)
        verdict_fail(outcome,
                     "The %s of %s was called in %s. What was the kind that "
                     "its init had been given? See exercise.h.",
                     callee, who(row->index),
                     process ? "the caller's process, by another thread"
                             : "another process: what it writes stays there");
    verdict_ended(outcome); /* who runs on may well call it twice */
    for (int i = 0; i < plan.n; i++)
        if (recorder_find(&facts->recorder, RUN, i) == NULL &&
            recorder_find(&facts->recorder, TARGET, i) == NULL &&
            plan.roles[i].way != NO_RUN)
            verdict_fail(
                outcome,
                "The %s of %s was called twice, and that of worker %d never. "
                "That happens when both find in one variable what to call: "
                "until the first looks there, the second has been started. "
                "See pthread_create(3) on arg.",
                callee, who(row->index), i);
    verdict_fail(outcome, "The %s of %s was called twice, in one start.",
                 callee, who(row->index));
}

/* Nobody called what was to be called. */
static void judge_overriding(const struct outcome *outcome, int i)
{
    const enum way way = plan.roles[i].way;
    const bool run = recorder_find(&facts->recorder, RUN, i) != NULL;
    const bool called = recorder_find(&facts->recorder, TARGET, i) != NULL;
    if (way == NO_RUN || facts->joined <= i)
        return;
    if (way != BY_TARGET && !run)
        verdict_fail(
            outcome,
            "The join of %s came back, and its own run was never called%s. "
            "Overriding is nothing but another pointer in w->run: whoever does "
            "not look there when the worker starts does not notice. See "
            "exercise.h.",
            who(i), called ? ", but target was" : "");
    if (way != OWN_RUN && !called)
        verdict_fail(outcome,
                     "The join of %s came back, and target was never called: "
                     "by no process and no thread. See exercise.h on "
                     "worker_init_target.",
                     who(i));
}

static void judge_start(const struct outcome *outcome)
{
    if (facts->without_run > 0)
        verdict_fail(outcome,
                     "After its init, w->run of %s is NULL. Who overrides "
                     "nothing has to find a run there, too. See exercise.h.",
                     who(facts->without_run - 1));
    if (facts->blocked ||
        (outcome->how == TRIAL_TOO_LONG && facts->starting > 0))
        verdict_fail(
            outcome,
            "worker_start of %s does not come back before its run is over: "
            "everyone waited, run at work and the caller still inside the "
            "start. So there are never two at work. Waiting is what "
            "worker_join is for. See waitpid(2), pthread_join(3).",
            who(facts->starting - 1));
    for (int i = 0; i < plan.n; i++)
        if (facts->starts[i] != 0)
            verdict_fail(outcome,
                         "worker_start of %s gave %d. Nothing was wrong with "
                         "that worker: its init had been called, and it was "
                         "not started before. See exercise.h.",
                         who(i), facts->starts[i]);
}

static void judge_join(const struct outcome *outcome)
{
    const int early = facts->early - 1, overdue = facts->overdue - 1;
    for (int i = 0; i < facts->joined; i++) {
        judge_overriding(outcome, i);
        if (facts->joins[i] != 0)
            verdict_fail(outcome,
                         "worker_join of %s gave %d, though that worker had "
                         "been started, and joined by nobody. See exercise.h.",
                         who(i), facts->joins[i]);
    }
    if (early >= 0)
        verdict_fail(
            outcome,
            "worker_join of %s came back while that one was still at work. Did "
            "it wait at all, or for whoever came first? A worker is known by "
            "its own pid, or pthread_t. See waitpid(2), pthread_join(3).",
            who(early));
    if (overdue >= 0 && facts->others > 0)
        verdict_fail(
            outcome,
            "The run of %s was over, and its worker_join went on waiting, "
            "while others were at work. For one of them? Each join is for one "
            "worker alone. See waitpid(2), pthread_join(3).",
            who(overdue));
}

/* Why one number came where another was to come. */
static const char *explain(int i, int expected)
{
    const struct role *const role = &plan.roles[i];
    const int returned = role->returns, got = facts->results[i];
    const bool process = role->kind == WORKER_PROCESS;
    if (got == UNSET)
        return "Nothing was stored there. See exercise.h on ret_result.";
    if (role->raises != 0)
        return "A signal ended that process, and it has no exit status then: "
               "ask first how it ended. See wait(2), WIFSIGNALED.";
    for (int k = 0; k < plan.n; k++)
        if (k != i && got == plan.roles[k].returns)
            return "That is how another one ended. A worker is known by its "
                   "own pid, or pthread_t. See waitpid(2), pthread_join(3).";
    if (process && got == (returned & 0xff) << 8)
        return "That is the raw wait status, in which the answer is the second "
               "byte. See wait(2), WEXITSTATUS.";
    if (process && got == returned)
        return "That is all of it; the contract promises the low eight bits, "
               "all that an exit status carries. See exercise.h.";
    if (process)
        return "What a process writes into *w is written into its own copy; "
               "how it ends is what its parent hears of. See _exit(2), "
               "wait(2), WEXITSTATUS.";
    if (got == (expected & 0xff))
        return "Eight bits are what a process has for it. A thread shares your "
               "memory, and can hand over all of the number.";
    return "Where did it put the number, and was that place still there? See "
           "pthread_exit(3), pthread_join(3).";
}

static void judge_results(const struct outcome *outcome)
{
    for (int i = 0; i < plan.n; i++) {
        const struct role *const role = &plan.roles[i];
        const int expected = role->way == NO_RUN ? 0
                             : role->raises != 0 ? -role->raises
                             : role->kind == WORKER_PROCESS
                                 ? role->returns & 0xff
                                 : role->returns;
        if (facts->results[i] == expected)
            continue;
        char ended[40], got[40];
        snprintf(ended, sizeof(ended),
                 role->raises != 0 ? "ended by signal %d" : "gave back %d",
                 role->raises != 0 ? role->raises : role->returns);
        snprintf(got, sizeof(got), "%d", facts->results[i]);
        verdict_fail(outcome,
                     "The run of %s %s, and worker_join stored %s where %d was "
                     "expected. %s",
                     who(i), ended,
                     facts->results[i] == UNSET ? "nothing" : got, expected,
                     explain(i, expected));
    }
}

/* Of somebody new; that of the caller is for the common words. */
static void judge_crash(const struct outcome *outcome)
{
    const struct crash *const crash = &outcome->crash;
    if (crash->signal == 0 || (crash->in_main && !crash->in_child))
        return;
    verdict_fail(
        outcome, "A %s that was made for a worker crashed: %s%s%s. %s",
        crash->in_child ? "process" : "thread", strsignal(crash->signal),
        crash->where[0] != '\0' ? ", at " : "", crash->where,
        crash->in_child
            ? "Which pointer did it follow, and who had set it? See signal(7)."
            : "What it was handed has to be there when it looks, and that may "
              "be after worker_start has come back: a local variable is gone "
              "by then. See pthread_create(3) on arg.");
}

static void expect(const struct plan *chosen)
{
    const struct outcome outcome = try(chosen, -1);
    judge_who_called(&outcome);
    judge_crash(&outcome);
    verdict_ended(&outcome);
    judge_start(&outcome);
    judge_join(&outcome);
    verdict_common(&outcome);
    judge_results(&outcome);
    verdict_leftovers(&outcome);
}

static const struct plan four = {
    .n = 4,
    .roles = { { WORKER_PROCESS, BY_TARGET, 10, 0 },
               { WORKER_PROCESS, OWN_RUN, 11, 0 },
               { WORKER_THREAD, BY_TARGET, 12, 0 },
               { WORKER_THREAD, OWN_RUN, 13, 0 } },
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
    static const struct plan numbers = {
        .n = 4,
        .roles = { { WORKER_PROCESS, BY_TARGET, 300, 0 },
                   { WORKER_PROCESS, OWN_RUN, -1, 0 },
                   { WORKER_THREAD, BY_TARGET, 1000, 0 },
                   { WORKER_THREAD, OWN_RUN, -5, 0 } },
    };
    static const struct plan killed = {
        .n = 1,
        .roles = { { WORKER_PROCESS, OWN_RUN, 0, SIGKILL } },
    };
    expect(&numbers);
    expect(&killed);
}

static void lets_a_new_run_call_the_old(void **state)
{
    (void)state;
    static const struct plan inherited = {
        .n = 4,
        .roles = { { WORKER_PROCESS, OWN_RUN_CALLS_BASE, 20, 0 },
                   { WORKER_THREAD, OWN_RUN_CALLS_BASE, 21, 0 },
                   { WORKER_PROCESS, NO_RUN, 22, 0 },
                   { WORKER_THREAD, NO_RUN, 23, 0 } },
    };
    expect(&inherited);
}

static void judge_refused(const struct outcome *outcome, const char *call)
{
    const int code = facts->starts[0];
    const char *why = "The caller takes it for the other case.";
    if (code == 0)
        why = "Then the caller believes in a worker that is not there.";
    if (code == EAGAIN)
        why = "Errors are negative here, so that none is taken for another "
              "answer.";
    if (code == -1 || code == -EDOM)
        why = "fork() says -1 and sets errno; pthread_create() returns the "
              "error, and leaves errno as it was.";
    judge_who_called(outcome);
    if (outcome->how == TRIAL_RETURNED && code != -EAGAIN)
        verdict_fail(outcome,
                     "The system refused a worker (%s, EAGAIN), and "
                     "worker_start gave %d; the contract says %d. %s See "
                     "fork(2), pthread_create(3), RETURN VALUE.",
                     call, code, -EAGAIN, why);
    if (outcome->how != TRIAL_RETURNED || facts->joins[0] != -EINVAL)
        verdict_fail(
            outcome,
            "The system refused a worker (%s, EAGAIN), and worker_join of that "
            "one did not give %d (-EINVAL). There is nobody to wait for, and "
            "what was noted of that worker leads nowhere, or to somebody else "
            "(a pid of -1 does). See exercise.h, waitpid(2).",
            call, -EINVAL);
    verdict_leftovers(outcome);
}

static void says_when_there_is_no_worker(void **state)
{
    (void)state;
    bool refused = false;
    for (int k = 2; k >= 0; k -= 2) { /* the thread, the process */
        const struct plan one = { .n = 1, .roles = { four.roles[k] } };
        const struct outcome outcome = try(&one, 0);
        const int tried = births_tried();
        if (tried == 0 || (tried > 1 && facts->starts[0] == 0))
            continue; /* another call makes it; or it has tried again */
        refused = true;
        judge_refused(&outcome, k == 0 ? "fork" : "pthread_create");
    }
    if (!refused)
        skip();
}

static void says_when_it_is_used_wrongly(void **state)
{
    (void)state;
    static const char *const seen[] = {
        [NOT_INITIALISED] = "worker_start was given a derived worker whose "
                            "base had not been initialised: run is set, and "
                            "all else is 0",
        [NOT_STARTED] = "worker_join was called for a worker that had not been "
                        "started",
        [STARTED_AGAIN] = "worker_start was called a second time, while that "
                          "worker was at work",
        [JOINED_AGAIN] = "worker_join was called a second time; the worker was "
                         "gone by then",
    };
    const struct plan both = {
        .n = 2,
        .roles = { four.roles[1], four.roles[3] },
        .misused = true,
    };
    const struct outcome outcome = try(&both, -1);
    char code[40] = "it never came back";
    if (outcome.how == TRIAL_RETURNED)
        snprintf(code, sizeof(code), "it gave %d", facts->misuse_code);
    if (outcome.how != TRIAL_RETURNED || facts->misuse_code != -EINVAL)
        verdict_fail(&outcome,
                     "%s, and %s; the contract says %d (-EINVAL). A worker has "
                     "to know how far it has come. See exercise.h.",
                     seen[facts->misuse], code, -EINVAL);
    verdict_leftovers(&outcome);
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
