/* Checks exercise 03. Clock and children are fakes: the clock moves only when
 * something is done, so a stopwatch is right or wrong to the nanosecond, on any
 * machine and under any load. The figures are chosen so that each mistake gives
 * a number of its own. */
#include "checking.h"
#include "exercise.h"
#include "fake_clock.h"

#include <float.h>
#include <limits.h>
#include <string.h>

/* No stopwatch gives this, so whoever finds it finds what was there before. */
static const double UNTOUCHED = -4711.25;

static const char TOO_EARLY[] =
    "Several children were prepared before any was created. One at a time: "
    "what "
    "is made ready for one need not last until the others are through. See "
    "exercise.h on prepare.";

/* What a trial tells the check. */
static struct facts {
    struct fake_creation fake;
    int n;
    double cost_ns;
    bool strange; /* a call was handed something else than the context */
} * facts;

/* Always the fake, whatever we were handed: a wrong pointer is told, not
 * followed. */
static struct fake_creation *fake_of(const void *context)
{
    facts->strange |= context != &facts->fake;
    return &facts->fake;
}

static int64_t now_ns(void *context)
{
    return fake_now_ns(fake_of(context));
}

static void prepare(void *context)
{
    fake_prepare(fake_of(context));
}

static int create(void *context)
{
    return fake_create(fake_of(context));
}

static int reap(void *context)
{
    return fake_reap(fake_of(context));
}

static long call(void *unused)
{
    (void)unused;
    const struct creator creator = {
        .now_ns = now_ns,
        .prepare = prepare,
        .create = create,
        .reap = reap,
        .context = &facts->fake,
    };
    return cost_per_creation(&creator, facts->n, &facts->cost_ns);
}

static struct outcome try(int n, struct fake_creation fake)
{
    memset(facts, 0, sizeof(*facts));
    facts->fake = fake;
    facts->n = n;
    facts->cost_ns = UNTOUCHED;
    const struct trial trial = { .body = call, .facts = facts };
    return trial_run(&trial);
}

/* No -lm: a check links what every check links. */
static double size_of(double ns)
{
    return ns < 0 ? -ns : ns;
}

/* All figures are exact to a tiny part of a nanosecond, however they are
 * added up. */
static bool is(double ns)
{
    return size_of(facts->cost_ns - ns) < 1e-3;
}

/* The most children that were prepared at one time and not yet created; or -1,
 * if one was created without a prepare of its own. */
static int most_ready(void)
{
    int ready = 0, most = 0;
    for (const char *at = facts->fake.script; *at != '\0'; at++) {
        ready += *at == 'p';
        if (ready > most)
            most = ready;
        if ((*at == 'c' || *at == 'C') && ready-- == 0)
            return -1;
    }
    return most;
}

/* What is wrong with who was prepared, created and reaped, and in what order;
 * or NULL. */
static const char *wrong_order(void)
{
    const struct fake_creation *const fake = &facts->fake;
    if (facts->strange)
        return "You handed over something else than creator->context. What the "
               "functions work on is theirs to know: each wants that pointer, "
               "and nothing but it. See exercise.h.";
    if (fake->reaps_of_nobody > 0)
        return "reap was called while no child was there to be waited for. "
               "Each child is created first, and reaped once. See waitpid(2), "
               "ECHILD.";
    if (fake->creates == 0)
        return "The creator is a table of functions; a child comes from "
               "calling its create, with its context. See exercise.h.";
    if (fake->creates != facts->n)
        return "A mean over n needs all n of them. See exercise.h.";
    if (most_ready() < 0 || fake->prepares != fake->creates)
        return "Each child needs one prepare of its own, before its create. "
               "See exercise.h.";
    if (most_ready() > 1)
        return TOO_EARLY;
    if (fake->alive > 0)
        return "A child that nobody waits for keeps its place in the system's "
               "table, and its end was never paid for. See waitpid(2), NOTES, "
               "on zombies; pthread_join(3).";
    if (fake->most_alive > 1)
        return "Several were alive at one time. Then they compete with each "
               "other, and you time a crowd instead of one creation: reap each "
               "child before you prepare the next. See exercise.h.";
    return NULL;
}

static const char *wrong_answer(long result)
{
    if (facts->fake.clock_reads == 0)
        return "You never called creator->now_ns. A creator brings its own "
               "clock: any other one (gettimeofday, clock, clock_gettime) "
               "knows nothing of it. See exercise.h.";
    if (result != 0)
        return "No call failed, and you did not give back 0. The caller takes "
               "anything else for a failure. See exercise.h.";
    if (facts->cost_ns == UNTOUCHED)
        return "You gave back 0, which says that the cost is in *ret_ns, and "
               "*ret_ns is as it was before the call. See exercise.h.";
    return NULL;
}

static void judge_children(const struct outcome *outcome)
{
    const struct fake_creation *const fake = &facts->fake;
    const char *words = wrong_order();
    if (words == NULL)
        words = wrong_answer(outcome->result);
    if (fake->created > 0 && fake->creates < facts->n && !facts->strange &&
        fake->reaps_of_nobody == 0 && outcome->result != 0)
        verdict_fail(
            outcome,
            "%s gave back 0, which means success, and you gave back %ld. Read "
            "your test of it aloud: what does it ask? See exercise.h.",
            fake->reaps > 0 ? "reap" : "create", outcome->result);
    if (words != NULL)
        verdict_fail(outcome,
                     "Of %d children you prepared %d, created %d and reaped "
                     "%d. %s",
                     facts->n, fake->prepares, fake->creates, fake->reaps,
                     words);
}

/* What the first k creations cost, together; what one costs in the mean. */
static double first(int k)
{
    return (double)fake_total_ns(&facts->fake, k);
}

static double mean(void)
{
    return first(facts->n) / facts->n;
}

/* What comes of dividing each by n, in whole numbers. */
static double divided_in_rounds(void)
{
    const struct fake_creation *const fake = &facts->fake;
    int64_t sum = 0;
    for (int i = 0; i < facts->n; i++)
        sum += (fake_total_ns(fake, i + 1) - fake_total_ns(fake, i)) / facts->n;
    return (double)sum;
}

/* Each of the following knows some wrong numbers, and what they come from. */
static const char *wrong_part(void)
{
    const int n = facts->n;
    const double prepare = (double)facts->fake.prepare_ns;
    const double reap = (double)facts->fake.reap_ns;
    if (is(mean() - reap) || is(mean() - reap + prepare))
        return "what is missing is the reap. Once create is back, the child "
               "has still to run, to end and to be cleared away, and the "
               "caller pays for that. When does your clock stop?";
    if (is(mean() + prepare) || is(mean() + prepare / n) ||
        is(mean() + prepare - prepare / n) || is(mean() + prepare - reap / n))
        return "the rest is set-up. Your clock ran during a prepare, and what "
               "lies between two readings is counted, wanted or not.";
    if (is(reap))
        return "yours is the reap alone. When does your clock start?";
    return NULL;
}

static const char *wrong_count(void)
{
    const int n = facts->n;
    const double all = first(n), one = first(1), last = all - first(n - 1);
    if (!(size_of(facts->cost_ns) <= DBL_MAX))
        return "yours is no number at all. How many children are in your sum, "
               "and what do you divide by, when n is 1?";
    if (n == 1)
        return NULL;
    if (is(all) || is(all + n * (double)facts->fake.prepare_ns))
        return "that is what all of them cost together.";
    if (is(one) || is(last) || is(last / n))
        return "only one of them is in your number.";
    if (is(all / (n - 1)) || is(all / (n + 1)) || is((all - one) / n) ||
        is((all - one) / (n - 1)) || is((all - last) / n) ||
        is((all - last) / (n - 1)))
        return "your sum, or what you divide it by, is off by one child. The "
               "first and the last count as much as the others.";
    return NULL;
}

static const char *wrong_number(void)
{
    const double got = facts->cost_ns;
    if (is(mean() / 1e3) || is(mean() / 1e6) || is(mean() / 1e9))
        return "yours is in another unit. The unit is nanoseconds: the name "
               "ret_ns says so.";
    if (is(-mean()))
        return "your number is right but for its sign. Which of two readings "
               "is the larger one?";
    if (is(mean() + UNTOUCHED) || is(mean() + UNTOUCHED / facts->n))
        return "you added to what was in *ret_ns before the call. What that "
               "was is anybody's guess: *ret_ns is there for your answer only.";
    if (is(divided_in_rounds()))
        return "a fraction was lost in every round. A whole number divided by "
               "a whole number is a whole number: at which moment are all the "
               "digits still there?";
    if (got < mean() && mean() - got < 1 && got == (double)(int64_t)got)
        return "the fraction is gone. In C a whole number divided by a whole "
               "number is a whole number, and a double that it is stored in "
               "later does not bring the rest back: \"usual arithmetic "
               "conversions\" in your book on C.";
    return NULL;
}

/* Of numbers that are right as long as they are small. */
static const char *too_narrow(void)
{
    const double got = facts->cost_ns;
    if (mean() <= -(double)INT_MIN)
        return NULL;
    if (size_of(got - mean()) < 1e4 && got == (double)(float)got)
        return "the last digits are gone. A float keeps 7 digits, a double "
               "about 16: in which type do you add, and divide (<float.h>, "
               "FLT_DIG)?";
    if (size_of(got - mean()) < 1e4)
        return "the last digits are gone. The clock stood near 2 * 10^18, and "
               "a double keeps about 16 digits: subtract the readings while "
               "they are whole numbers (<float.h>, DBL_DIG).";
    if (size_of(got) > 1e12)
        return "that is years, or before its own beginning. The clock stood "
               "near 2 * 10^18: was a reading kept in an int, which ends a "
               "little above 2 * 10^9 (<limits.h>, INT_MAX)?";
    if (size_of(got) <= -(double)INT_MIN)
        return "the number did not fit. A float keeps 7 digits, an int ends a "
               "little above 2 * 10^9, and that is two seconds: what type do "
               "your times have (<stdint.h>, and <limits.h>, INT_MAX)?";
    return NULL;
}

static void judge_cost(const struct outcome *outcome)
{
    const char *(*const known[])(void) = { wrong_part, wrong_count,
                                           wrong_number, too_narrow };
    if (is(mean()))
        return;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const char *const words = known[i]();
        if (words != NULL)
            verdict_fail(outcome,
                         "You reported %.12g ns a creation, and the mean of "
                         "%d was %.12g: %s See exercise.h.",
                         facts->cost_ns, facts->n, mean(), words);
    }
    verdict_fail(
        outcome,
        "The mean of %d creations was %.12g ns, and you reported %.12g. Your "
        "calls were %s (t: clock, p: prepare, c: create, r: reap). See "
        "exercise.h.",
        facts->n, mean(), facts->cost_ns, facts->fake.script);
}

static void expect_cost(int n, struct fake_creation fake)
{
    const struct outcome outcome = try(n, fake);
    verdict_common(&outcome);
    judge_children(&outcome);
    judge_cost(&outcome);
    verdict_leftovers(&outcome);
}

static void counts_create_and_reap(void **state)
{
    (void)state;
    const struct fake_creation alike = {
        .prepare_ns = 70001,
        .create_ns = 2003,
        .reap_ns = 500,
    };
    expect_cost(5, alike);
    expect_cost(1, alike);
}

static void gives_the_mean_of_all(void **state)
{
    (void)state;
    expect_cost(7, (struct fake_creation){ .prepare_ns = 30011,
                                           .create_ns = 4001,
                                           .reap_ns = 907,
                                           .growth_ns = 100 });
}

static void keeps_the_fraction(void **state)
{
    (void)state;
    expect_cost(4, (struct fake_creation){ .prepare_ns = 1009,
                                           .create_ns = 251,
                                           .reap_ns = 120,
                                           .growth_ns = 5 });
}

/* A machine that has been up for long, and creations that take seconds. A
 * double at 2 * 10^18 keeps multiples of 256, a float at 5 * 10^9 multiples of
 * 512. So, with an odd multiple of 256 and a little more as the cost, each
 * leaves a number of its own. */
static void bears_large_numbers(void **state)
{
    (void)state;
    expect_cost(
        3, (struct fake_creation){ .prepare_ns = INT64_C(256) * 3907,
                                   .create_ns = INT64_C(3000000001),
                                   .reap_ns = INT64_C(2000000258),
                                   .now_ns = INT64_C(2000000000000000001) });
}

/* What is wrong with what was done about a call that failed; or NULL. */
static const char *wrong_end(long result)
{
    const struct fake_creation *const seen = &facts->fake;
    const int at = seen->fail_create_at + seen->fail_reap_at; /* one is 0 */
    if (most_ready() > 1)
        return TOO_EARLY;
    if (seen->creates < at)
        return "You never came that far. See exercise.h: n children, one after "
               "the other.";
    if (seen->creates > at && seen->fail_create_at > 0)
        return "You called create again. A number from here on would mix "
               "creations with refusals: stop, and say so. See fork(2), RETURN "
               "VALUE, and exercise.h.";
    if (seen->creates > at)
        return "You went on to the next. That child may not be gone, so its "
               "cost is not known: stop, and say so. See waitpid(2), RETURN "
               "VALUE.";
    if (seen->reaps > at)
        return "You called reap again. There is nobody left to wait for. See "
               "exercise.h: stop there.";
    if (seen->reaps_of_nobody > 0)
        return "You called reap all the same. There is no child to wait for: a "
               "wait now takes somebody else's, or never ends. See fork(2), "
               "RETURN VALUE, and waitpid(2), ECHILD.";
    if (seen->alive > 0)
        return "Children before it are left unreaped. Whoever stops early has "
               "to leave nobody behind. See waitpid(2), NOTES.";
    if (seen->prepares > at)
        return "You prepared another. See exercise.h: stop there.";
    if (result == 0)
        return "You gave back 0, as if all had gone well. See exercise.h: -1.";
    if (result != -1)
        return "You gave back neither 0 nor -1. See exercise.h: -1.";
    if (facts->cost_ns != UNTOUCHED)
        return "You said so, and stored a number in *ret_ns all the same. A "
               "number that looks like a result will be used as one; the "
               "contract leaves *ret_ns as it was.";
    return NULL;
}

static void expect_failure(int n, struct fake_creation fake)
{
    fake.prepare_ns = 1009;
    fake.create_ns = 251;
    fake.reap_ns = 120;
    const struct outcome outcome = try(n, fake);
    verdict_common(&outcome);
    const char *const words = wrong_end(outcome.result);
    if (words != NULL)
        verdict_fail(&outcome, "The %s of child %d of %d was made to fail. %s",
                     fake.fail_create_at > 0 ? "create" : "reap",
                     fake.fail_create_at + fake.fail_reap_at, n, words);
    verdict_leftovers(&outcome);
}

static void stops_at_a_failed_create(void **state)
{
    (void)state;
    expect_failure(3, (struct fake_creation){ .fail_create_at = 1 });
    expect_failure(6, (struct fake_creation){ .fail_create_at = 3 });
}

static void stops_at_a_failed_reap(void **state)
{
    (void)state;
    expect_failure(6, (struct fake_creation){ .fail_reap_at = 3 });
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_create_and_reap),
        cmocka_unit_test(gives_the_mean_of_all),
        cmocka_unit_test(keeps_the_fraction),
        cmocka_unit_test(bears_large_numbers),
        cmocka_unit_test(stops_at_a_failed_create),
        cmocka_unit_test(stops_at_a_failed_reap),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
