/* Checks exercise 02. value() notes who called it and waits at a gate, one for
 * each index; every thread is held back at its birth until all that can be
 * made have been made. Notice that no test looks at a clock. */
#define _GNU_SOURCE /* gettid */
#include "checking.h"
#include "exercise.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FEW = 4, MANY = 40, FENCE = 4, NOBODY = -1, EMPTY = -77 };
enum { CALLED };

/* What a trial tells the check. Processes would share these slots, too: who
 * did what is known by ids, not by what has arrived. */
static struct facts {
    pid_t caller;
    int n, held;                 /* the index that goes on last, or NOBODY */
    struct recorder recorder;    /* CALLED, with the index */
    struct gate gates[MANY + 1]; /* inside value(); the last for strangers */
    int values[MANY];            /* what value() gives */
    int slots[FENCE + MANY + FENCE];

    bool looked;                    /* everyone waited, and some in value() */
    int wave, threads;              /* how many in value() then, and in all */
    int early;                      /* at work when the caller was back */
    _Atomic int joined, unjoinable; /* calls of pthread_join, by outcome */
    bool unstored;                  /* ended, and its slot was empty: */
    int unstored_slot;
} * facts;

static bool is_index(int i)
{
    return i >= 0 && i < facts->n;
}

static int value(int i)
{
    recorder_note(&facts->recorder, CALLED, i);
    gate_wait(&facts->gates[is_index(i) ? i : MANY]);
    return is_index(i) ? facts->values[i] : 0;
}

static long call(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    return fill_slots(facts->slots + FENCE, facts->n, value);
}

/* Renamed in the student's object: the words depend on it, no verdict. */
int check_pthread_join(pthread_t thread, void **ret_value);

int check_pthread_join(pthread_t thread, void **ret_value)
{
    const int rc = pthread_join(thread, ret_value);
    atomic_fetch_add(rc == 0 ? &facts->joined : &facts->unjoinable, 1);
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
static bool find_stranger(void)
{
    const int rows = recorder_rows(&facts->recorder);
    for (int k = 0; k < rows; k++) {
        const int i = facts->recorder.rows[k].index;
        const struct record *const first =
            recorder_find(&facts->recorder, CALLED, i);
        if (!is_index(i) || first != &facts->recorder.rows[k])
            return true;
    }
    return false;
}

/* Only the one that is held is left of all threads, and the caller waits: the
 * others have ended. Who was to store what they found? */
static void find_unstored(const struct moment *now)
{
    if (now->threads != 1 || now->returned || now->processes > 0)
        return;
    for (int i = 0; i < facts->n; i++) {
        const bool called = recorder_find(&facts->recorder, CALLED, i) != NULL;
        if (i == facts->held || !called || facts->unstored ||
            facts->slots[FENCE + i] == facts->values[i])
            continue;
        facts->unstored = true;
        facts->unstored_slot = i;
    }
}

static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    const int at_work = inside() + births_waiting();
    if (now->returned && at_work > 0) { /* no further: its memory is gone */
        facts->early = at_work;
        return false;
    }
    if (births_release_all() > 0)
        return true;
    if (at_work == 0)
        return false;
    if (!facts->looked) {
        facts->looked = true;
        facts->wave = at_work;
        facts->threads = now->threads;
    }
    if (find_stranger())
        return false;

    int released = 0;
    for (int i = 0; i < facts->n; i++)
        released += i != facts->held && gate_release(&facts->gates[i]) > 0;
    if (released > 0)
        return true;
    find_unstored(now);
    return gate_release(&facts->gates[facts->held]) > 0;
}

/* One trial with n slots, in which `held` comes out of value() last, and the
 * system refuses the creation with this number. */
static struct outcome try(int n, int held, int refused)
{
    memset(facts, 0, sizeof(*facts));
    facts->n = n;
    facts->held = held;
    for (int i = 0; i < MANY; i++)
        facts->values[i] = 100 + 7 * i;
    for (int i = 0; i < FENCE + MANY + FENCE; i++)
        facts->slots[i] = EMPTY;
    births_park();
    births_fail_at(refused);
    const struct trial trial = {
        .body = call,
        .on_quiet = on_quiet,
        .facts = facts,
    };
    return trial_run(&trial);
}

static void judge_who_called(const struct outcome *outcome, int refused)
{
    const int rows = recorder_rows(&facts->recorder);
    for (int k = 0; k < rows; k++) {
        const struct record *const row = &facts->recorder.rows[k];
        if (row->pid != facts->caller)
            verdict_fail(
                outcome,
                "value(%d) was called in another process. What that stores "
                "goes into its own copy of the slots, and the caller's stay "
                "empty. Only threads share memory by themselves. See "
                "pthreads(7), pthread_create(3).",
                row->index);
        if (row->tid == facts->caller && !is_index(row->index))
            verdict_fail(
                outcome,
                "value(%d) was called, by the caller's own thread, and the %d "
                "slots have the numbers 0 to %d. That happens when memory was "
                "overwritten: is there room for all n in what you keep for "
                "the threads?",
                row->index, facts->n, facts->n - 1);
        if (row->tid == facts->caller && refused != NOBODY)
            verdict_fail(
                outcome,
                "The system refused thread %d (pthread_create gave EAGAIN), "
                "and the caller's own thread called value(%d) in its place. "
                "The contract says -1 then. See exercise.h.",
                refused, row->index);
        if (row->tid == facts->caller)
            verdict_fail(
                outcome,
                "The caller's own thread called value(%d) itself. It can do "
                "nothing else meanwhile, and slot %d was to be filled by a "
                "thread that you start. See pthread_create(3).",
                row->index, row->index);
    }
}

/* The system refuses no threads here. */
static void judge_how_many(const struct outcome *outcome)
{
    const int n = facts->n, wave = facts->wave;
    const int calls = recorder_count(&facts->recorder, CALLED);
    if (calls > n)
        verdict_fail(
            outcome,
            "value() was called %d times for %d slots. The slots have the "
            "numbers 0 to %d: look at where your loop ends.",
            calls, n, n - 1);
    if (!facts->looked || wave >= n)
        return;
    if (facts->threads >= n)
        verdict_fail(
            outcome,
            "%d threads were there, and only %d inside value(); the others "
            "waited for it to come out. Each has a slot of its own, so there "
            "is nothing here that they must keep each other away from. See "
            "exercise.h.",
            facts->threads, wave);
    if (calls > 1 && recorder_threads(&facts->recorder, CALLED) == 1)
        verdict_fail(
            outcome,
            "One thread called value() %d times, once for each slot and one "
            "after the other. A thread beside main is not yet n threads: slot "
            "1 need not wait for slot 0. See exercise.h.",
            calls);
    if (calls > wave)
        verdict_fail(
            outcome,
            "Everyone waited for value() to come out, and only %d of %d "
            "threads had been started: the next one came afterwards. "
            "That happens when each thread is joined before the next is "
            "started. See pthread_join(3): it waits.",
            wave, n);
}

/* "value(4), value(4), value(4), value(4)" */
static void list_calls(char *text, size_t size)
{
    const int rows = recorder_rows(&facts->recorder);
    size_t used = 0;
    text[0] = '\0';
    for (int k = 0; k < rows && used < size; k++)
        used +=
            (size_t)snprintf(text + used, size - used, "%svalue(%d)",
                             k > 0 ? ", " : "", facts->recorder.rows[k].index);
}

static void judge_arguments(const struct outcome *outcome)
{
    if (!find_stranger())
        return;
    char calls[160];
    list_calls(calls, sizeof(calls));
    const int rows = recorder_rows(&facts->recorder);
    bool twice = false;
    for (int k = 0; k < rows; k++) {
        const struct record *const row = &facts->recorder.rows[k];
        twice |= recorder_find(&facts->recorder, CALLED, row->index) != row;
    }
    if (!twice)
        verdict_fail(outcome,
                     "The calls were %s. There are %d slots, and they have "
                     "the numbers 0 to %d. See exercise.h.",
                     calls, facts->n, facts->n - 1);
    verdict_fail(
        outcome,
        "The calls were %s. Nobody was to have a number that is another's. "
        "That happens when all threads get the address of one variable: each "
        "looks there when it runs, and by then the variable has changed. "
        "See pthread_create(3) on arg: it is a pointer, not a copy.",
        calls);
}

/* The system refuses no threads here. */
static void judge_early(const struct outcome *outcome)
{
    const char *const were = facts->early == 1 ? "was" : "were";
    if (facts->early == 0)
        return;
    if (outcome->result == -1)
        verdict_fail(
            outcome,
            "fill_slots came back with -1 while %d of its threads %s still at "
            "work, and the system had refused none. How does pthread_create "
            "say that the thread is there? See pthread_create(3), RETURN "
            "VALUE.",
            facts->early, were);
    if (facts->unjoinable > 0)
        verdict_fail(
            outcome,
            "fill_slots came back while %d of its threads %s still at work. "
            "It did call pthread_join, which refused %d times: a thread that "
            "was detached, or joined before, cannot be waited for. See "
            "pthread_join(3), RETURN VALUE and NOTES.",
            facts->early, were, facts->unjoinable);
    verdict_fail(
        outcome,
        "fill_slots came back while %d of its threads %s still at work: %d "
        "were made, and %d joined. The caller reads slots that nobody has "
        "filled yet, or frees them under the threads' hands. Neither a sleep "
        "nor the end of one thread says that all have ended. See "
        "pthread_join(3).",
        facts->early, were, births_tried(), facts->joined);
}

static void judge_slots(const struct outcome *outcome)
{
    const int n = facts->n;
    if (facts->unstored)
        verdict_fail(
            outcome,
            "Thread %d had ended, and its slot was still empty: value(%d) "
            "gave %d, and that was left for somebody else to store. The "
            "slots are as much the thread's memory as the caller's. See "
            "exercise.h: who stores?",
            facts->unstored_slot, facts->unstored_slot,
            facts->values[facts->unstored_slot]);
    for (int i = 0; i < n; i++) {
        const int got = facts->slots[FENCE + i];
        if (got == EMPTY)
            verdict_fail(outcome,
                         "fill_slots came back, and nothing was stored in "
                         "slot %d of %d. See exercise.h.",
                         i, n);
        if (got != facts->values[i])
            verdict_fail(outcome,
                         "Slot %d holds %d, and value(%d) gave %d. Which "
                         "thread wrote there, and where did it have the "
                         "number from? See exercise.h.",
                         i, got, i, facts->values[i]);
    }
    for (int i = 0; i < FENCE; i++)
        if (facts->slots[i] != EMPTY || facts->slots[FENCE + n + i] != EMPTY)
            verdict_fail(outcome,
                         "Something was written outside of the slots, which "
                         "have the numbers 0 to %d. Is it what pthread_join "
                         "stores? That is a pointer, wider than a slot. See "
                         "exercise.h, and pthread_join(3).",
                         n - 1);
}

static void judge(const struct outcome *outcome)
{
    judge_who_called(outcome, NOBODY);
    judge_early(outcome);
    judge_how_many(outcome);
    judge_arguments(outcome); /* a wrong index may have led to a crash */
    verdict_common(outcome);
    if (recorder_rows(&facts->recorder) == 0)
        verdict_fail(outcome,
                     "fill_slots came back with %ld, and no thread has called "
                     "value(). See pthread_create(3).",
                     outcome->result);
    judge_slots(outcome);
    if (outcome->result != 0)
        verdict_fail(outcome,
                     "All %d slots were filled, and you reported %ld; the "
                     "contract says 0 then. See exercise.h.",
                     facts->n, outcome->result);
    verdict_leftovers(outcome);
}

static void has_all_threads_at_work(void **state)
{
    (void)state;
    const struct outcome outcome = try(FEW, NOBODY, NOBODY);
    judge(&outcome);
}

/* Whichever is the last: the caller waits for that one, too. */
static void waits_for_the_slowest(void **state)
{
    (void)state;
    for (int held = 0; held < FEW; held++) {
        const struct outcome outcome = try(FEW, held, NOBODY);
        judge(&outcome);
    }
}

static void fills_one_slot_or_many(void **state)
{
    (void)state;
    struct outcome outcome = try(1, NOBODY, NOBODY);
    judge(&outcome);
    outcome = try(MANY, NOBODY, NOBODY);
    judge(&outcome);
}

static void judge_refused(const struct outcome *outcome, int refused)
{
    judge_who_called(outcome, refused);
    if (facts->early > 0)
        verdict_fail(
            outcome,
            "The system refused thread %d, and fill_slots came back while %d "
            "that it had made before %s still at work. Such a thread writes "
            "into slots that the caller may have freed. See pthread_join(3), "
            "and exercise.h.",
            refused, facts->early, facts->early == 1 ? "was" : "were");
    if (outcome->how == TRIAL_CRASHED)
        verdict_fail(
            outcome,
            "The system refused thread %d (pthread_create gave EAGAIN, a "
            "number above 0), and your code crashed. That happens when it goes "
            "on as if that thread were there, and joins it. See "
            "pthread_create(3), RETURN VALUE: not -1, and not in errno.",
            refused);
    judge_arguments(outcome);
    if (outcome->how == TRIAL_STUCK || outcome->how == TRIAL_SPINNING)
        verdict_fail(
            outcome,
            "The system refused thread %d (pthread_create gave EAGAIN), and "
            "fill_slots waits for ever for something that this thread was to "
            "do. Seen: %s. See pthread_create(3), RETURN VALUE.",
            refused, outcome->census);
    verdict_common(outcome);
    if (outcome->result == 0 && births_tried() > facts->n) {
        judge_slots(outcome); /* tried again, with success: as good */
        verdict_leftovers(outcome);
        return;
    }
    if (outcome->result != -1)
        verdict_fail(
            outcome,
            "The system refused thread %d (pthread_create gave EAGAIN) and "
            "you reported %ld; the contract says -1. Nobody has filled slot "
            "%d, and the caller has to know. See pthread_create(3), RETURN "
            "VALUE.",
            refused, outcome->result, refused);
    verdict_leftovers(outcome);
}

static void says_when_a_thread_was_refused(void **state)
{
    (void)state;
    static const int refused[] = { 2, 0, FEW - 1 };
    for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
        const struct outcome outcome = try(FEW, NOBODY, refused[k]);
        if (births_tried_threads() == 0)
            checking_skip("no call of pthread_create to refuse");
        judge_refused(&outcome, refused[k]);
    }
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_all_threads_at_work),
        cmocka_unit_test(waits_for_the_slowest),
        cmocka_unit_test(fills_one_slot_or_many),
        cmocka_unit_test(says_when_a_thread_was_refused),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
