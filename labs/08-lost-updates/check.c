/* Checks exercise 08. Two moves of a bank run as a duel: the first is stopped
 * in each pause() and beside each lock in turn, and the second then runs as far
 * as it gets. What comes out must be what one of them after the other gives.
 * Notice that no test waits for luck: each interleaving is made. */
#include "checking.h"
#include "duel.h"
#include "exercise.h"

#include <stdio.h>
#include <string.h>

enum { ACCOUNTS = 4, EACH = 100, OTHERS = 7, NONE = 1, MOST_STOPS = 24 };
enum { ALONE, ONE, TWO, SIDES }; /* as duel_me says */

struct move {
    int from, to;
    long amount;
};

/* What a trial tells the check. */
static struct facts {
    struct move moves[SIDES];
    long results[SIDES];
    long balances[ACCOUNTS];                  /* afterwards */
    _Atomic int pauses[SIDES], inside[SIDES]; /* calls of pause(); now in it */
    bool stopped_in_pause; /* that is where the first was stopped */
    long seen[3];          /* by a reader: `from`, `to`, `from` again */
    bool opened;
    int done;    /* how many moves of one thread alone */
    long before; /* what the last of them gave back; NONE: there was none */
    long others; /* what an account of another bank holds */
} * facts;

static struct bank *bank; /* in the trial's own memory */

static void pause_here(void)
{
    const int me = duel_me();
    facts->pauses[me]++;
    facts->inside[me]++;
    hook_here();
    facts->inside[me]--;
}

static void carry_out(int side)
{
    const struct move *const m = &facts->moves[side];
    facts->results[side] = NONE;
    facts->results[side] =
        bank_transfer(bank, m->from, m->to, m->amount, pause_here);
}

static void setup(void *unused)
{
    (void)unused;
    bank = bank_open(ACCOUNTS, EACH);
}

static void first(void *unused)
{
    (void)unused;
    carry_out(ONE);
}

static void second(void *unused)
{
    (void)unused;
    facts->stopped_in_pause = facts->inside[ONE] > 0;
    carry_out(TWO);
}

/* A second that only looks. */
static void reader(void *unused)
{
    const struct move *const m = &facts->moves[ONE];
    (void)unused;
    for (int i = 0; i < 3; i++)
        facts->seen[i] = bank_balance(bank, i == 1 ? m->to : m->from);
}

static void read_balances(void *unused)
{
    (void)unused;
    for (int i = 0; i < ACCOUNTS; i++)
        facts->balances[i] = bank_balance(bank, i);
}

static struct duel_result try(struct move one, struct move two,
                              void (*by_second)(void *), int stop)
{
    const struct duel duel = {
        .setup = setup,
        .first = first,
        .second = by_second,
        .after = read_balances,
        .facts = facts,
    };
    memset(facts, 0, sizeof(*facts));
    facts->moves[ONE] = one;
    facts->moves[TWO] = two;
    return duel_run(&duel, stop, 0);
}

/* What a bank does for one thread: the contract in four lines. */
static long on_paper(const struct move *m, long *balances)
{
    if (balances[m->from] < m->amount)
        return -1;
    balances[m->from] -= m->amount;
    balances[m->to] += m->amount;
    return 0;
}

/* Is what came out that of the two moves in this order? */
static bool as_in_order(int earlier, int later)
{
    long balances[ACCOUNTS] = { EACH, EACH, EACH, EACH };
    const long result = on_paper(&facts->moves[earlier], balances);
    return facts->results[earlier] == result &&
           facts->results[later] == on_paper(&facts->moves[later], balances) &&
           memcmp(balances, facts->balances, sizeof(balances)) == 0;
}

static const char *tell(void)
{
    static char text[240];
    const struct move *const m = facts->moves;
    const long *const held = facts->balances;
    snprintf(text, sizeof(text),
             "Two transfers at the same time: %ld from %d to %d (gave %ld), "
             "and %ld from %d to %d (gave %ld). All accounts held %d before, "
             "and then %ld, %ld, %ld, %ld.",
             m[ONE].amount, m[ONE].from, m[ONE].to, facts->results[ONE],
             m[TWO].amount, m[TWO].from, m[TWO].to, facts->results[TWO], EACH,
             held[0], held[1], held[2], held[3]);
    return text;
}

static bool is_stuck(const struct outcome *outcome)
{
    return outcome->how == TRIAL_STUCK || outcome->how == TRIAL_SPINNING;
}

static void judge_stuck(const struct duel_result *r)
{
    const struct move *const m = facts->moves;
    if (is_stuck(&r->outcome) && !r->first.done && !r->second.done)
        verdict_fail(
            &r->outcome,
            "Two transfers at the same time, from %d to %d and from %d to %d, "
            "wait for ever, each for something that the other has. Seen: %s. "
            "In which order does each of them take its locks? See "
            "pthread_mutex_lock(3).",
            m[ONE].from, m[ONE].to, m[TWO].from, m[TWO].to, r->outcome.census);
    verdict_common(&r->outcome);
}

/* Somebody was not kept out. What may the student believe to be enough? */
static const char *why_lost(const struct duel_result *r, int stop)
{
    if (r->second_passed && r->first.hooks == facts->pauses[ONE])
        return "Nothing kept it out. One line of C is several steps, and "
               "volatile does not make them one. See pthread_mutex_lock(3).";
    if (stop == 1 && facts->stopped_in_pause)
        return "The first had read already, and had no lock yet: one that it "
               "takes later, to write, does not make its reading newer. See "
               "pthread_mutex_lock(3).";
    return "A lock keeps out only who takes that same lock, and only while it "
           "is held. Which one has each of the two, and from where to where? "
           "See pthread_mutex_lock(3).";
}

static void judge_result(const struct duel_result *r, int stop)
{
    const struct outcome *const outcome = &r->outcome;
    for (int i = 0; i < ACCOUNTS; i++)
        if (facts->balances[i] < 0)
            verdict_fail(
                outcome,
                "%s There had been enough when somebody looked, and no longer "
                "when the money was taken. What you have looked at stays true "
                "only as long as nobody else can change it. See exercise.h.",
                tell());
    for (int side = ONE; side <= TWO; side++)
        if (facts->results[side] == -1 && facts->moves[side].amount < EACH / 2)
            verdict_fail(
                outcome,
                "%s There was enough, so -1 is wrong: it does not mean that "
                "somebody else is busy in the bank just now, or has taken what "
                "he will put back. Who comes then has to wait. See "
                "pthread_mutex_lock(3).",
                tell());
    if (!r->first.stopped)
        verdict_fail(outcome,
                     "%s No order of the two gives that. See exercise.h.",
                     tell());
    verdict_fail(
        outcome,
        "%s The first was stopped %s, and meanwhile the second %s; then the "
        "first went on with a balance that was no longer true. %s",
        tell(),
        facts->stopped_in_pause ? "in pause()" : "beside one of its locks",
        r->second_passed ? "went through from begin to end"
                         : "got on until it had to wait",
        why_lost(r, stop));
}

/* What the stops of a pair were worth. */
struct stops {
    int in_pause;    /* so often the first was stopped in pause() */
    int kept_out;    /* so often the second had to wait then */
    int most, usual; /* calls of pause() by the first: with a stop, without */
};

/* All that can come of two moves with one stop of the first. */
static struct stops judge_pair(struct move one, struct move two)
{
    struct stops stops = { 0 };
    for (int stop = 1; stop <= MOST_STOPS; stop++) {
        const struct duel_result r = try(one, two, second, stop);
        judge_stuck(&r);
        if (!as_in_order(ONE, TWO) && !as_in_order(TWO, ONE))
            judge_result(&r, stop);
        const int pauses = facts->pauses[ONE];
        if (!r.first.stopped) {
            stops.usual = pauses;
            break;
        }
        if (!facts->stopped_in_pause)
            continue;
        stops.in_pause++;
        stops.kept_out += !r.second_passed;
        stops.most = pauses > stops.most ? pauses : stops.most;
    }
    return stops;
}

static const struct move alone[] = {
    { 0, 1, 30 }, { 1, 2, 130 }, { 2, 2, 50 },       { 2, 2, 230 },
    { 3, 0, 0 },  { 3, 2, 100 }, { 0, 1, EACH * 5 }, { 2, 3, 1 },
};
enum { MOVES = sizeof(alone) / sizeof(alone[0]) };

/* Gives back whether all went as on paper. */
static long move_alone(void *unused)
{
    long balances[ACCOUNTS] = { EACH, EACH, EACH, EACH };
    struct bank *const other = bank_open(2, OTHERS);
    setup(unused);
    facts->opened = bank != NULL && other != NULL;
    facts->before = NONE;
    for (; facts->opened && facts->done < MOVES; facts->done++) {
        facts->moves[ALONE] = alone[facts->done];
        carry_out(ALONE);
        read_balances(unused);
        if (facts->results[ALONE] != on_paper(&alone[facts->done], balances) ||
            memcmp(balances, facts->balances, sizeof(balances)) != 0)
            return false;
        facts->before = facts->results[ALONE];
    }
    facts->others = facts->opened ? bank_balance(other, 1) : 0;
    return true;
}

/* Alone there is nobody to wait for: which call has kept the lock? */
static const char *why_stuck(bool looking, const struct move *m)
{
    const long before = looking ? facts->results[ALONE] : facts->before;
    if (before == -1)
        return "The transfer before it gave -1: what does bank_transfer still "
               "hold when it goes that way out?";
    if (before == NONE)
        return "Nobody came before it, so it waits for itself: it takes a lock "
               "that it holds, perhaps in a function that it calls; or nobody "
               "has called pthread_mutex_init.";
    if (!looking && m->from == m->to)
        return "Who locks a lock that it holds already waits for itself.";
    return "A call before it went home and kept the lock: which way out does "
           "not unlock?";
}

static void judge_alone(const struct outcome *outcome)
{
    const struct move *const m = &facts->moves[ALONE];
    const long *const held = facts->balances;
    const long result = facts->results[ALONE];
    const bool looking = result != NONE; /* the transfer itself came back */
    if (is_stuck(outcome) && facts->opened)
        verdict_fail(
            outcome,
            "One thread alone: %sa transfer of %ld from account %d to account "
            "%d never came back. Seen: %s. %s See pthread_mutex_lock(3).",
            looking ? "bank_balance after " : "", m->amount, m->from, m->to,
            outcome->census, why_stuck(looking, m));
    verdict_common(outcome);
    if (outcome->result == true)
        return;
    verdict_fail(
        outcome,
        "One thread alone: a transfer of %ld from account %d to account %d "
        "gave %ld, and then the accounts held %ld, %ld, %ld, %ld. %s See "
        "exercise.h.",
        m->amount, m->from, m->to, result, held[0], held[1], held[2], held[3],
        result != (m->amount > EACH * 4 ? -1 : 0)
            ? "-1 is for an account that holds less than the amount, and for "
              "nothing else."
            : "What is taken from one has to be in the other; the two may be "
              "one; and who says -1 leaves everything as it was.");
}

static void serves_one_thread(void **state)
{
    (void)state;
    memset(facts, 0, sizeof(*facts));
    const struct trial trial = { .body = move_alone, .facts = facts };
    const struct outcome outcome = trial_run(&trial);
    judge_alone(&outcome);
    if (!facts->opened)
        verdict_fail(&outcome, "bank_open gave NULL, and there was memory. See "
                               "exercise.h.");
    if (facts->others != OTHERS)
        verdict_fail(
            &outcome,
            "Two banks were opened, and transfers in one changed an account of "
            "the other: it held %d, and then %ld. Each bank has accounts of "
            "its own. See exercise.h.",
            OTHERS, facts->others);
    if (facts->pauses[ALONE] == 0)
        verdict_fail(
            &outcome,
            "bank_transfer never called pause(). Between reading a balance and "
            "writing it back is where others get in between; without pause() "
            "the check cannot stop you there, and would find nothing. See "
            "exercise.h.");
}

static void refuses_without_a_trace(void **state)
{
    (void)state;
    judge_pair((struct move){ 0, 1, EACH + 1 }, (struct move){ 0, 1, 30 });
}

/* Also: was it worth something? Who stands in pause() has read a balance that
 * it will write: so either the other one is kept out, or the first finds out
 * afterwards and begins anew, with one pause more. */
static void loses_no_update(void **state)
{
    (void)state;
    const struct stops stops =
        judge_pair((struct move){ 0, 1, 30 }, (struct move){ 0, 1, 20 });
    if (stops.in_pause > 0 && stops.kept_out == 0 && stops.most <= stops.usual)
        verdict_fail(
            NULL,
            "While one transfer stood in pause(), another between the same "
            "accounts went through from begin to end, and the first never "
            "noticed. So your pause() does not stand between reading and "
            "writing, and there the check sees nothing. A line like `balance "
            "-= amount` reads and writes. See exercise.h.");
    judge_pair((struct move){ 0, 1, 30 }, (struct move){ 1, 0, 20 });
}

static void never_goes_below_zero(void **state)
{
    (void)state;
    judge_pair((struct move){ 0, 1, 80 }, (struct move){ 0, 2, 70 });
}

static void is_one_step_for_who_looks(void **state)
{
    const struct move one = { 0, 1, 30 };
    (void)state;
    for (int stop = 1; stop <= MOST_STOPS; stop++) {
        const struct duel_result r = try(one, one, reader, stop);
        verdict_common(&r.outcome);
        const long *const saw = facts->seen;
        for (int i = 0; i < 2; i++)
            if (saw[i] != EACH && saw[i + 1] == EACH)
                verdict_fail(
                    &r.outcome,
                    "All accounts held %d, and 30 went from account 0 to "
                    "account 1. Meanwhile another thread asked: account %d "
                    "held %ld already, and then account %d held %ld still. A "
                    "transfer is one step for those who only look, too. What "
                    "keeps them out of its middle? See exercise.h.",
                    EACH, i, saw[i], 1 - i, saw[i + 1]);
        if (!r.first.stopped)
            return;
    }
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_one_thread),
        cmocka_unit_test(refuses_without_a_trace),
        cmocka_unit_test(loses_no_update),
        cmocka_unit_test(never_goes_below_zero),
        cmocka_unit_test(is_one_step_for_who_looks),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
