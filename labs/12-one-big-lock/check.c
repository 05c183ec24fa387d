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

enum { READERS = 4, PUSHES = 16, BEFORE = 7 };

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

    /* All readers at the same time. */
    bool looked, was_free;
    int wave, next;   /* how many are inside wait_for; whose wait ends next */
    const int *order; /* in which the waits end */
} * facts;

static _Thread_local struct reader *me; /* NULL: not inside op_read */

/* Where a duel may stop this thread. */
static void place(void)
{
    if (duel_me() == 1)
        facts->places++;
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
            "%s was called %s wait_for, by a thread that did not have the "
            "lock%s. That is state of the interpreter: another thread may be "
            "in the middle of changing it. See exercise.h.",
            facts->touched, facts->after_wait ? "after" : "before",
            facts->by_others ? "; another one had it" : "");
    if (facts->unlocked_twice)
        verdict_fail(
            outcome,
            "interpreter_unlock was called by a thread that did not have the "
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
    for (int i = 0; i < facts->readers; i++)
        if (facts->reader[i].waits != 1)
            verdict_fail(outcome,
                         "wait_for was called %d times in one call of op_read. "
                         "Each time it waits for one input, and each input is "
                         "pushed once. See exercise.h.",
                         facts->reader[i].waits);
}

static bool was_pushed(long value)
{
    for (int k = 0; k < facts->in.pushes && k < PUSHES; k++)
        if (facts->in.pushed[k] == value)
            return true;
    return false;
}

static void judge_pushed(const struct outcome *outcome)
{
    const int pushes = facts->in.pushes, readers = facts->readers;
    for (int i = 0; i < readers; i++) {
        const long value = facts->reader[i].value;
        if (was_pushed(value))
            continue;
        if (pushes < readers || readers == 1)
            verdict_fail(outcome,
                         "wait_for gave %ld, and op_read came back without "
                         "having pushed it. See exercise.h.",
                         value);
        verdict_fail(
            outcome,
            "wait_for gave %ld to one of %d threads, and another number was "
            "pushed in its place: what this thread had brought from its wait, "
            "another one has overwritten. What you take along over a time "
            "without the lock has to be the thread's own. See pthreads(7).",
            value, readers);
    }
    if (pushes != readers)
        verdict_fail(outcome,
                     "There were %d pushes, and op_read was called %d times. "
                     "See exercise.h.",
                     pushes, readers);
}

static void judge_counted(const struct outcome *outcome)
{
    const int readers = facts->readers;
    const long more = facts->in.calls - BEFORE;
    if (more > 0 && more < readers)
        verdict_fail(
            outcome,
            "%d threads have counted one call each, and interpreter_calls "
            "went up by %ld. Somebody has read the number before another one "
            "changed it, and written it back afterwards. The lock protects the "
            "interpreter while you hold it, not what you remember of it.",
            readers, more);
    if (more != readers)
        verdict_fail(outcome,
                     "interpreter_calls was %d, op_read was called %s, and now "
                     "it is %ld. See exercise.h.",
                     BEFORE, readers == 1 ? "once" : "by several threads",
                     facts->in.calls);
}

static void judge(const struct outcome *outcome)
{
    judge_misuse(outcome);
    verdict_common(outcome);
    judge_waits(outcome);
    judge_pushed(outcome);
    judge_counted(outcome);
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
    judge(&outcome);
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

static void judge_wave(const struct outcome *outcome)
{
    if (facts->wave == 0 || facts->wave == READERS)
        return;
    if (!facts->was_free)
        verdict_fail(
            outcome,
            "One of %d threads was inside wait_for, and the others could not "
            "get the lock until that wait was over. wait_for does nothing to "
            "the interpreter: who needs the lock meanwhile? See exercise.h.",
            READERS);
    verdict_fail(
        outcome,
        "%d threads called op_read, and %d of them could be inside wait_for at "
        "the same time. The big lock was free; the others waited for some "
        "other lock. Waiting takes no CPU and no interpreter: nobody has to do "
        "it alone. See exercise.h.",
        READERS, facts->wave);
}

static void lets_others_work_while_it_waits(void **state)
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
        judge_wave(&outcome);
        judge(&outcome);
    }
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
        judge(&result.outcome);
        if (stop == 0)
            places = facts->places;
    }
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pushes_and_counts),
        cmocka_unit_test(lets_others_work_while_it_waits),
        cmocka_unit_test(loses_nothing_when_two_take_turns),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
