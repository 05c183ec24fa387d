/* Checks exercise 05. Every worker is held back at its birth until all that can
 * be made have been made; then they are let into work() one by one, and out of
 * it one by one, in another order. So each has a first and a last, every time.
 * Notice that no test looks at a clock. */
#include "checking.h"
#include "exercise.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FEW = 4, MANY = 12, EMPTY = -77, NOBODY = -1 };
enum { BEGUN };

/* The orders of one trial: who begins, who ends. The start is 0, 1, 2, … */
struct plan {
    int n, begin[MANY], end[MANY];
};

/* What a trial tells the check; processes would share it, too. */
static struct facts {
    pid_t caller;
    struct plan plan;
    struct recorder recorder;    /* BEGUN, with the index */
    struct gate gates[MANY + 1]; /* inside work(); the last for strangers */
    int born, out;               /* how many were let in, and let out */
    int wave, workers; /* at work, and there in all, when none was out */
    bool looked;
    int early;               /* at work when the caller was back */
    int order[1 + MANY + 1]; /* what the caller found, with a fence */
} * facts;

static bool is_index(int i)
{
    return i >= 0 && i < facts->plan.n;
}

static void work(int i)
{
    recorder_note(&facts->recorder, BEGUN, i);
    gate_wait(&facts->gates[is_index(i) ? i : MANY]);
}

/* Plain memory: what a child writes there, its parent does not see. */
static int order[1 + MANY + 1];

static long call(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    for (int i = 0; i < MANY + 2; i++)
        order[i] = EMPTY;
    const int rc = run_all(facts->plan.n, work, order + 1);
    if (getpid() == facts->caller) /* and not a child that ran on */
        memcpy(facts->order, order, sizeof(order));
    return rc;
}

static int inside(void)
{
    int waiting = 0;
    for (int i = 0; i <= MANY; i++)
        waiting += gate_waiting(&facts->gates[i]);
    return waiting;
}

/* An index that is none, or that somebody else has had. */
static const struct record *find_stranger(void)
{
    const int rows = recorder_rows(&facts->recorder);
    for (int k = 0; k < rows; k++) {
        const struct record *const row = &facts->recorder.rows[k];
        if (!is_index(row->index) ||
            recorder_find(&facts->recorder, BEGUN, row->index) != row)
            return row;
    }
    return NULL;
}

/* One more is let in: the next of the plan, or whoever is left. */
static bool let_in(void)
{
    while (facts->born < facts->plan.n)
        if (births_release(facts->plan.begin[facts->born++]))
            return true;
    return births_release_all() > 0;
}

static bool let_out(void)
{
    while (facts->out < facts->plan.n)
        if (gate_release(&facts->gates[facts->plan.end[facts->out++]]) > 0)
            return true;
    for (int i = 0; i < facts->plan.n; i++) /* came late */
        if (gate_release(&facts->gates[i]) > 0)
            return true;
    return false;
}

static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    const int at_work = inside() + births_waiting();
    if (now->returned && at_work > 0) {
        facts->early = at_work;
        return false;
    }
    if (let_in())
        return true;
    if (at_work > 0 && !facts->looked) {
        facts->looked = true;
        facts->wave = at_work;
        facts->workers = now->threads + now->processes;
    }
    return find_stranger() == NULL && let_out();
}

static struct outcome try(const struct plan *plan, int refused)
{
    memset(facts, 0, sizeof(*facts));
    facts->plan = *plan;
    births_park();
    births_fail_at(refused);
    const struct trial trial = {
        .body = call,
        .on_quiet = on_quiet,
        .facts = facts,
    };
    return trial_run(&trial);
}

static void judge_who_worked(const struct outcome *outcome)
{
    const int rows = recorder_rows(&facts->recorder);
    for (int k = 0; k < rows; k++)
        if (facts->recorder.rows[k].tid == facts->caller)
            verdict_fail(outcome,
                         "The caller's own thread called work(%d) itself. It "
                         "can start nobody meanwhile, and wait for nobody. See "
                         "pthread_create(3) or fork(2): a worker is somebody "
                         "new.",
                         facts->recorder.rows[k].index);
}

static void judge_early(const struct outcome *outcome)
{
    if (facts->early > 0)
        verdict_fail(outcome,
                     "run_all came back while %d of its workers %s still at "
                     "work. A sleep is a guess at how long that takes, and the "
                     "end of one says nothing of the others: wait for each. "
                     "See pthread_join(3), waitpid(2).",
                     facts->early, facts->early == 1 ? "was" : "were");
}

/* The system refuses nobody here. */
static void judge_how_many(const struct outcome *outcome)
{
    const int n = facts->plan.n, wave = facts->wave;
    const int calls = recorder_count(&facts->recorder, BEGUN);
    if (!facts->looked || wave >= n)
        return;
    if (facts->workers >= n)
        verdict_fail(outcome,
                     "%d workers were there, and only %d inside work(); the "
                     "others waited for it to come out. Whatever keeps them "
                     "apart may not last as long as the work. See exercise.h.",
                     facts->workers, wave);
    if (calls > 1 && recorder_threads(&facts->recorder, BEGUN) == 1)
        verdict_fail(outcome,
                     "One worker called work() %d times, one after the other. "
                     "n workers are to be started, and to be at work at the "
                     "same time. See exercise.h.",
                     calls);
    if (calls > wave)
        verdict_fail(outcome,
                     "Everyone waited for work() to come out, and only %d of "
                     "%d workers had been started: the next one came "
                     "afterwards. That happens when each is joined before the "
                     "next is started: the naps add up. See pthread_join(3), "
                     "waitpid(2): they wait.",
                     wave, n);
}

static void judge_indices(const struct outcome *outcome)
{
    const struct record *const stranger = find_stranger();
    const int rows = recorder_rows(&facts->recorder);
    for (int k = 0; k < rows; k++) {
        const struct record *const row = &facts->recorder.rows[k];
        if (recorder_find(&facts->recorder, BEGUN, row->index) != row)
            verdict_fail(
                outcome,
                "work(%d) was called twice. Each worker calls it once, with "
                "its own number. %s",
                row->index,
                recorder_processes(&facts->recorder, BEGUN) == 1
                    ? "That happens when all get the address of one variable: "
                      "none looks there before it runs, and until then the "
                      "variable moves on. See pthread_create(3) on arg."
                    : "That happens when a child whose work is done goes on in "
                      "the loop that made it. See fork(2), _exit(2).");
    }
    if (stranger != NULL)
        verdict_fail(outcome,
                     "work(%d) was called. There are %d workers, and they have "
                     "the numbers 0 to %d. See exercise.h.",
                     stranger->index, facts->plan.n, facts->plan.n - 1);
}

static bool is_order(const int *expected)
{
    return memcmp(facts->order + 1, expected,
                  (size_t)facts->plan.n * sizeof(*expected)) == 0;
}

/* "2 0 3 1" */
static const char *list(const int *numbers, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < facts->plan.n && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%d",
                                 i > 0 ? " " : "", numbers[i]);
    return text;
}

/* What a wrong order is instead. */
static const char *explain(void)
{
    const struct plan *const plan = &facts->plan;
    int started[MANY], places[MANY], no_index = 0;
    for (int k = 0; k < plan->n; k++) {
        started[k] = k;
        places[plan->end[k]] = k;
        no_index += !is_index(facts->order[1 + k]);
    }
    if (is_order(started))
        return "That is the order in which they were started. Whoever is "
               "joined first has not ended first for that. Who knows when work "
               "is over? See exercise.h.";
    if (is_order(plan->begin))
        return "That is the order in which they began to work. When is a "
               "worker done: before work(i), or after? See exercise.h.";
    if (is_order(places))
        return "These are the places: who came in as the how-many-th. The "
               "other way round: the place is the index, the worker is what "
               "stands there. See exercise.h.";
    if (no_index > 0)
        return "The workers have the numbers 0 to n - 1, and no others; a pid "
               "is none of them. See exercise.h.";
    return "Each came out when all others had come to rest. How did the one "
           "that stands in its place get there? See exercise.h.";
}

static void judge_order(const struct outcome *outcome)
{
    const int n = facts->plan.n, *const got = facts->order + 1;
    char seen[100], expected[100];
    if (got[-1] != EMPTY || got[n] != EMPTY)
        verdict_fail(outcome,
                     "Somebody wrote outside of ret_order, whose places have "
                     "the numbers 0 to %d. See exercise.h.",
                     n - 1);
    for (int k = 0; k < n; k++)
        if (got[k] == EMPTY)
            verdict_fail(outcome,
                         "run_all came back, and ret_order[%d] was not "
                         "filled.%s",
                         k,
                         recorder_processes(&facts->recorder, BEGUN) == 1
                             ? " See exercise.h."
                             : " Your workers are processes: what a child "
                               "writes there goes into its own copy. See "
                               "fork(2); what does the parent hear of?");
    if (!is_order(facts->plan.end))
        verdict_fail(outcome,
                     "They came out of work() in the order %s, and ret_order "
                     "says %s. %s",
                     list(facts->plan.end, expected, sizeof(expected)),
                     list(got, seen, sizeof(seen)), explain());
}

static void expect(const struct plan *plan)
{
    const struct outcome outcome = try(plan, NOBODY);
    judge_who_worked(&outcome);
    judge_early(&outcome);
    judge_how_many(&outcome);
    judge_indices(&outcome);
    verdict_common(&outcome);
    if (recorder_rows(&facts->recorder) == 0)
        verdict_fail(&outcome,
                     "run_all came back with %ld, and nobody has called "
                     "work(). See pthread_create(3), fork(2).",
                     outcome.result);
    if (outcome.result != 0)
        verdict_fail(&outcome,
                     "All %d workers were made and have worked, and you "
                     "reported %ld; the contract says 0 then. See exercise.h.",
                     plan->n, outcome.result);
    judge_order(&outcome);
    verdict_leftovers(&outcome);
}

static const struct plan first_is_last = {
    .n = FEW,
    .begin = { 3, 0, 1, 2 },
    .end = { 2, 0, 3, 1 },
};

static void has_all_at_work_and_tells_their_order(void **state)
{
    (void)state;
    expect(&first_is_last);
}

/* Whichever is the last: the caller waits for that one, too. */
static void waits_for_the_slowest(void **state)
{
    (void)state;
    for (int last = 0; last < FEW; last++) {
        struct plan plan = { .n = FEW };
        for (int k = 0; k < FEW; k++) {
            plan.begin[k] = k;
            plan.end[k] = (last + 1 + k) % FEW;
        }
        expect(&plan);
    }
}

static void shuffle(uint64_t *state, int *numbers, int n)
{
    for (int k = 0; k < n; k++) {
        const int at = seed_below(state, k + 1);
        numbers[k] = numbers[at];
        numbers[at] = k;
    }
}

static void copes_with_one_or_many(void **state)
{
    (void)state;
    const struct plan one = { .n = 1 };
    expect(&one);
    uint64_t seed = seed_get();
    struct plan many = { .n = MANY };
    shuffle(&seed, many.begin, MANY);
    shuffle(&seed, many.end, MANY);
    expect(&many);
}

static void judge_refused(const struct outcome *outcome, int refused)
{
    const char *const call = births_tried_threads() > 0
                                 ? "pthread_create gave EAGAIN, a number "
                                   "above 0"
                                 : "fork gave -1";
    judge_who_worked(outcome);
    if (facts->early > 0)
        verdict_fail(outcome,
                     "The system refused worker %d, and run_all came back "
                     "while %d that it had made before %s still at work. See "
                     "exercise.h: none of them is there any more then.",
                     refused, facts->early, facts->early == 1 ? "was" : "were");
    if (outcome->how != TRIAL_RETURNED)
        verdict_fail(outcome,
                     "The system refused worker %d (%s), and run_all did not "
                     "come back (%s). That happens when it goes on as if that "
                     "worker were there: waits for it, or joins it. See "
                     "pthread_create(3), fork(2), RETURN VALUE.",
                     refused, call, verdict_end_name(outcome->how));
    verdict_common(outcome);
    if (outcome->result == 0 && births_tried() > facts->plan.n)
        return; /* tried again, with success: as good */
    if (outcome->result != -1)
        verdict_fail(outcome,
                     "The system refused worker %d (%s), and you reported %ld; "
                     "the contract says -1. Nobody has done work(%d), and the "
                     "caller has to know. See pthread_create(3), fork(2), "
                     "RETURN VALUE.",
                     refused, call, outcome->result, refused);
    verdict_leftovers(outcome);
}

static void says_when_a_worker_was_refused(void **state)
{
    (void)state;
    static const int refused[] = { 2, 0, FEW - 1 };
    for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
        const struct outcome outcome = try(&first_is_last, refused[k]);
        if (births_tried() == 0)
            checking_skip("no call of pthread_create or fork to refuse");
        judge_refused(&outcome, refused[k]);
    }
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_all_at_work_and_tells_their_order),
        cmocka_unit_test(waits_for_the_slowest),
        cmocka_unit_test(copes_with_one_or_many),
        cmocka_unit_test(says_when_a_worker_was_refused),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
