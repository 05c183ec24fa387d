/* Checks exercise 12. The interpreter is the check's own, and knows who holds
 * its lock. Before the lock, after it, and inside wait_for a thread can be
 * stopped, until another has finished or provably waits (duel.h). Notice that
 * no test looks at a clock. */
#define _GNU_SOURCE /* gettid */
#include "checking.h"
#include "duel.h"
#include "exercise.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { READERS = 4, PUSHES = 16, BEFORE = 7, NEIGHBOURS = 1000 };

/* What the check's interpreter knows. */
struct interpreter {
    pthread_mutex_t lock;
    _Atomic pid_t owner;
    long calls, pushed[PUSHES];
    int pushes;
};

/* One thread that calls op_read. */
struct reader {
    long value; /* what its wait_for gives */
    int waits;  /* calls of wait_for */
    bool came_back, with_lock;
    struct gate gate; /* inside wait_for, where a test wants that */
};

static struct facts {
    struct interpreter in;
    struct reader reader[READERS];
    int readers;
    bool gates; /* wait_for waits at the reader's gate */
    int places; /* at which the first duellist could have been stopped */

    /* Misuse, as far as it was seen. */
    const char *touched; /* the first function called without the lock */
    bool after_wait, by_others;
    bool relocked, unlocked_twice, wrong_arg;

    /* The neighbour wants the lock while a reader waits. */
    struct gate neighbour_may_start;
    bool neighbour_done, neighbour_passed;

    /* All readers at the same time. */
    bool looked, was_free;
    int wave, next;
    const int *order;
} * facts;

static _Thread_local struct reader *me; /* NULL: not inside op_read */

/* Where a duel may stop this thread. */
static void place(void)
{
    facts->places += duel_me() == 1;
    hook_here();
}

void interpreter_lock(struct interpreter *in)
{
    place();
    if (in->owner == gettid()) {
        facts->relocked = true; /* it would wait for itself: go on */
        return;
    }
    pthread_mutex_lock(&in->lock);
    in->owner = gettid();
}

void interpreter_unlock(struct interpreter *in)
{
    if (in->owner != gettid()) {
        facts->unlocked_twice = true;
        return;
    }
    in->owner = 0;
    pthread_mutex_unlock(&in->lock);
    place();
}

static void need_lock(const struct interpreter *in, const char *function)
{
    trial_step();
    if (in->owner == gettid() || facts->touched != NULL)
        return;
    facts->touched = function;
    facts->after_wait = me != NULL && me->waits > 0;
    facts->by_others = in->owner != 0;
}

long interpreter_calls(struct interpreter *in)
{
    need_lock(in, "interpreter_calls");
    return in->calls;
}

void interpreter_set_calls(struct interpreter *in, long calls)
{
    need_lock(in, "interpreter_set_calls");
    in->calls = calls;
}

void interpreter_push(struct interpreter *in, long value)
{
    need_lock(in, "interpreter_push");
    if (in->pushes < PUSHES)
        in->pushed[in->pushes] = value;
    in->pushes++;
}

static long wait_for(void *arg)
{
    struct reader *const reader = arg;
    trial_step();
    if (reader < facts->reader || reader >= facts->reader + READERS) {
        facts->wrong_arg = true;
        return 0;
    }
    reader->waits++;
    if (facts->gates)
        gate_wait(&reader->gate);
    return reader->value;
}

static void *read_once(void *arg)
{
    struct interpreter *const in = &facts->in;
    struct reader *const reader = arg;
    interpreter_lock(in);
    me = reader;
    op_read(in, wait_for, reader);
    me = NULL;
    reader->came_back = true;
    reader->with_lock = in->owner == gettid();
    if (reader->with_lock)
        interpreter_unlock(in);
    return NULL;
}

static void set_up(int readers, bool gates)
{
    memset(facts, 0, sizeof(*facts));
    pthread_mutex_init(&facts->in.lock, NULL);
    facts->in.calls = BEFORE;
    facts->readers = readers;
    facts->gates = gates;
    for (int i = 0; i < READERS; i++)
        facts->reader[i].value = 41 + 10 * i;
}

static void judge_misuse(const struct outcome *outcome)
{
    if (facts->relocked)
        verdict_fail(
            outcome,
            "interpreter_lock was called by the thread that had the lock "
            "already: it would have waited for itself for ever. op_read is "
            "called with the lock held. See exercise.h, and "
            "pthread_mutex_lock(3).");
    if (facts->touched != NULL)
        verdict_fail(
            outcome,
            "%s was called %s wait_for, by a thread that had not got the "
            "lock%s. "
            "That is state of the interpreter: another thread may be in the "
            "middle of changing it. See exercise.h.",
            facts->touched, facts->after_wait ? "after" : "before",
            facts->by_others ? "; another one had it" : "");
    if (facts->unlocked_twice)
        verdict_fail(
            outcome,
            "interpreter_unlock was called by a thread that had not got the "
            "lock any more. Whoever has it by then loses it without knowing. "
            "See pthread_mutex_unlock(3), ERRORS: EPERM.");
    for (int i = 0; i < facts->readers; i++)
        if (facts->reader[i].came_back && !facts->reader[i].with_lock)
            verdict_fail(
                outcome,
                "op_read came back without the lock. Its caller goes on with "
                "the interpreter, and lets go of a lock that is not its own. "
                "See exercise.h: how does it come back?");
}

static void judge_waits(const struct outcome *outcome)
{
    if (facts->wrong_arg)
        verdict_fail(outcome,
                     "wait_for was called with something else than the arg "
                     "that op_read was given. See exercise.h.");
    for (int i = 0; i < facts->readers; i++) {
        const int waits = facts->reader[i].waits;
        if (waits == 0)
            verdict_fail(outcome,
                         "op_read came back, and wait_for was never called: "
                         "what is there to push? See exercise.h.");
        if (waits > 1)
            verdict_fail(outcome,
                         "wait_for was called %d times in one call of op_read. "
                         "Each time it waits for one more input, and what the "
                         "one before had brought is lost. See exercise.h.",
                         waits);
    }
}

/* How often a value was pushed. */
static int times_pushed(long value)
{
    int times = 0;
    for (int k = 0; k < facts->in.pushes && k < PUSHES; k++)
        times += facts->in.pushed[k] == value;
    return times;
}

static void judge_pushed(const struct outcome *outcome, int others)
{
    const int pushes = facts->in.pushes - others;
    for (int i = 0; i < facts->readers; i++) {
        const long value = facts->reader[i].value;
        const int times = times_pushed(value);
        if (times == 0 && pushes == facts->readers && pushes > 1)
            verdict_fail(
                outcome,
                "wait_for gave %ld to one of %d threads, and another number "
                "was pushed in its place: what this thread had brought from "
                "its wait, another one has overwritten. What you take along "
                "over a time without the lock has to be the thread's own. See "
                "pthreads(7).",
                value, facts->readers);
        if (times == 0)
            verdict_fail(outcome,
                         "wait_for gave %ld, and op_read came back without "
                         "having pushed it. See exercise.h.",
                         value);
    }
    if (pushes != facts->readers)
        verdict_fail(outcome,
                     "There were %d pushes, and op_read was called %d times. "
                     "See exercise.h.",
                     pushes, facts->readers);
}

/* `others`: who pushed and counted, but is no reader. */
static void judge_counted(const struct outcome *outcome, int others)
{
    const long right = facts->readers + others;
    const long more = facts->in.calls - BEFORE;
    if (more == right)
        return;
    if (more > 0 && more < right)
        verdict_fail(
            outcome,
            "%ld threads have counted one call each, and interpreter_calls "
            "went up by %ld. Somebody has read the number before another one "
            "changed it, and written it back afterwards. The lock protects the "
            "interpreter while you hold it, not what you remember of it.",
            right, more);
    verdict_fail(outcome,
                 "interpreter_calls was %d, op_read was called %s, and now it "
                 "is %ld. See exercise.h.",
                 BEFORE, facts->readers == 1 ? "once" : "by several threads",
                 facts->in.calls);
}

static void judge(const struct outcome *outcome, int others)
{
    judge_misuse(outcome);
    verdict_common(outcome);
    judge_waits(outcome);
    judge_pushed(outcome, others);
    judge_counted(outcome, others);
    verdict_leftovers(outcome);
}

static long call_once(void *unused)
{
    (void)unused;
    read_once(&facts->reader[0]);
    return 0;
}

static void pushes_and_counts(void **state)
{
    (void)state;
    set_up(1, false);
    const struct trial trial = { .body = call_once };
    const struct outcome outcome = trial_run(&trial);
    verdict_ended(&outcome);
    judge(&outcome, 0);
}

/* A thread that only computes. */
static void *be_neighbour(void *unused)
{
    struct interpreter *const in = &facts->in;
    gate_wait(&facts->neighbour_may_start);
    interpreter_lock(in);
    interpreter_set_calls(in, interpreter_calls(in) + 1);
    interpreter_push(in, NEIGHBOURS);
    interpreter_unlock(in);
    facts->neighbour_done = true;
    return unused;
}

static long call_beside_a_neighbour(void *unused)
{
    (void)unused;
    pthread_t neighbour;
    if (pthread_create(&neighbour, NULL, be_neighbour, NULL) != 0)
        return -1;
    read_once(&facts->reader[0]);
    pthread_join(neighbour, NULL);
    return 0;
}

static bool let_neighbour_in(void *unused, const struct moment *now)
{
    (void)unused;
    (void)now;
    struct gate *const wait = &facts->reader[0].gate;
    if (!facts->looked && gate_waiting(wait) > 0) {
        facts->looked = true;
        gate_open(&facts->neighbour_may_start);
        return true;
    }
    if (gate_waiting(wait) > 0)
        facts->neighbour_passed = facts->neighbour_done;
    return gate_release(wait) + gate_release(&facts->neighbour_may_start) > 0;
}

static void lets_others_work_while_it_waits(void **state)
{
    (void)state;
    set_up(1, true);
    const struct trial trial = { .body = call_beside_a_neighbour,
                                 .on_quiet = let_neighbour_in };
    const struct outcome outcome = trial_run(&trial);
    verdict_ended(&outcome);
    if (facts->looked && !facts->neighbour_passed)
        verdict_fail(
            &outcome,
            "One thread was inside wait_for, and another one, which only "
            "computes, could not get the lock until that wait was over. "
            "wait_for does nothing to the interpreter: who needs the lock "
            "meanwhile? See exercise.h.");
    judge(&outcome, 1);
}

static void first(void *unused)
{
    (void)unused;
    read_once(&facts->reader[0]);
}

static void second(void *unused)
{
    (void)unused;
    read_once(&facts->reader[1]);
}

/* One thread is stopped wherever it takes the lock or has let it go; another
 * one goes through meanwhile, if it can. */
static void loses_nothing_when_two_take_turns(void **state)
{
    (void)state;
    const struct duel duel = { .first = first, .second = second };
    int places = 0;
    for (int stop = 0; stop <= places; stop++) {
        set_up(2, false);
        const struct duel_result result = duel_run(&duel, stop, 0);
        verdict_ended(&result.outcome);
        judge(&result.outcome, 0);
        if (stop == 0)
            places = facts->places;
    }
}

static long call_all(void *unused)
{
    (void)unused;
    pthread_t threads[READERS];
    for (int i = 0; i < READERS; i++)
        if (pthread_create(&threads[i], NULL, read_once, &facts->reader[i]) !=
            0)
            return -1;
    for (int i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}

static bool end_one_wait(void *unused, const struct moment *now)
{
    (void)unused;
    (void)now;
    if (!facts->looked) {
        facts->looked = true;
        facts->was_free = facts->in.owner == 0;
        for (int i = 0; i < READERS; i++)
            facts->wave += gate_waiting(&facts->reader[i].gate);
    }
    while (facts->next < READERS)
        if (gate_release(&facts->reader[facts->order[facts->next++]].gate) > 0)
            return true;
    return false;
}

static void lets_all_wait_at_the_same_time(void **state)
{
    (void)state;
    static const int orders[][READERS] = { { 0, 1, 2, 3 }, { 3, 1, 0, 2 } };
    for (size_t k = 0; k < sizeof(orders) / sizeof(orders[0]); k++) {
        set_up(READERS, true);
        facts->order = orders[k];
        const struct trial trial = { .body = call_all,
                                     .on_quiet = end_one_wait };
        const struct outcome outcome = trial_run(&trial);
        verdict_ended(&outcome);
        if (facts->wave < READERS)
            verdict_fail(&outcome,
                         "%d threads called op_read, and %d of them could be "
                         "inside wait_for at the same time%s. Waiting takes no "
                         "CPU and no interpreter: nobody has to do it alone. "
                         "See exercise.h.",
                         READERS, facts->wave,
                         facts->was_free
                             ? ". The big lock was free; the others waited for "
                               "some other lock"
                             : "");
        judge(&outcome, 0);
    }
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pushes_and_counts),
        cmocka_unit_test(lets_others_work_while_it_waits),
        cmocka_unit_test(loses_nothing_when_two_take_turns),
        cmocka_unit_test(lets_all_wait_at_the_same_time),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
