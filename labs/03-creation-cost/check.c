/* Checks exercise 03. Clock and children are fakes: the clock moves only when
 * something is done, so a stopwatch is right or wrong to the nanosecond, on any
 * machine and under any load. The figures are chosen so that each mistake gives
 * a number of its own. */
#include "checking.h"
#include "exercise.h"
#include "fake_clock.h"

#include <limits.h>
#include <string.h>

/* No stopwatch gives this, so whoever finds it finds what was there before. */
static const double UNTOUCHED = -4711.25;

/* What a trial tells the check. */
static struct facts {
    struct fake_creation fake;
    int n;
    double cost_ns;
    int strange; /* calls that were handed something else than the context */
} * facts;

/* Always the fake, whatever we were handed: a wrong pointer is told, not
 * followed. */
static struct fake_creation *fake_of(const void *context)
{
    facts->strange += context != &facts->fake;
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

static double total(int n)
{
    return (double)fake_total_ns(&facts->fake, n);
}

/* Is there a create without a prepare of its own before it? */
static bool unprepared(void)
{
    int ready = 0;
    for (const char *at = facts->fake.script; *at != '\0'; at++) {
        ready += *at == 'p';
        if ((*at == 'c' || *at == 'C') && ready-- == 0)
            return true;
    }
    return false;
}

/* Who was created, prepared, reaped, and in what order. */
static void judge_children(const struct outcome *outcome)
{
    const struct fake_creation *const fake = &facts->fake;
    verdict_common(outcome);
    if (facts->strange > 0)
        verdict_fail(
            outcome,
            "%d of your calls handed over something else than "
            "creator->context. What the functions work on is theirs to know: "
            "each wants that pointer, and nothing but it. See exercise.h.",
            facts->strange);
    if (fake->reaps_of_nobody > 0)
        verdict_fail(
            outcome,
            "reap was called while no child was there to be waited for. Each "
            "child is created first, and reaped once. See waitpid(2), ECHILD.");
    if (fake->creates == 0)
        verdict_fail(
            outcome,
            "cost_per_creation gave back %ld and created nobody. The creator "
            "is a table of functions; a child comes from calling its create, "
            "with its context. See exercise.h.",
            outcome->result);
    if (fake->creates != facts->n)
        verdict_fail(
            outcome,
            "You were asked for %d creations and called create %d times. A "
            "mean over n needs all n of them. See exercise.h.",
            facts->n, fake->creates);
    if (unprepared() || fake->prepares != fake->creates)
        verdict_fail(
            outcome,
            "Calls of create: %d; of prepare: %d. Each child needs one prepare "
            "of its own, before its create. See exercise.h.",
            fake->creates, fake->prepares);
    if (fake->alive > 0)
        verdict_fail(
            outcome,
            "Children created: %d; reaped: %d. A child that nobody waits "
            "for keeps its place in the system's table, and its end was never "
            "paid for. See waitpid(2), NOTES, on zombies; pthread_join(3).",
            fake->created, fake->created - fake->alive);
    if (fake->most_alive > 1)
        verdict_fail(
            outcome,
            "Up to %d children were alive at one time. Then they compete with "
            "each other, and you time a crowd instead of one creation: reap "
            "each child before you prepare the next. See exercise.h.",
            fake->most_alive);
    if (fake->clock_reads == 0)
        verdict_fail(
            outcome,
            "You never read the clock. now_ns tells the time; what something "
            "took is the difference of two readings. See exercise.h, and "
            "clock_gettime(2) for the real thing.");
    if (outcome->result != 0)
        verdict_fail(
            outcome,
            "All %d creations went well, and you gave back %ld. The caller "
            "takes anything but 0 for a failure. See exercise.h.",
            facts->n, outcome->result);
    if (facts->cost_ns == UNTOUCHED)
        verdict_fail(
            outcome,
            "You gave back 0, which says that the cost is in *ret_ns, and "
            "*ret_ns is as it was before the call. See exercise.h.");
}

/* Which part of the time was taken for the cost? */
static void judge_cost(const struct outcome *outcome)
{
    const struct fake_creation *const fake = &facts->fake;
    const int n = facts->n;
    const double expected = total(n) / n, got = facts->cost_ns;
    const double prepare = (double)fake->prepare_ns;
    const double reap = (double)fake->reap_ns;
    if (is(expected))
        return;
    if (is(expected - reap) || is(expected - reap + prepare))
        verdict_fail(
            outcome,
            "You reported %.2f ns a creation, and it was %.2f: what is missing "
            "is the reap. Once create is back, the child has still to run, to "
            "end and to be cleared away, and the caller pays for that. When "
            "does your clock stop? See exercise.h.",
            got, expected);
    if (is(expected + prepare) || is(expected + prepare / n) ||
        is(expected + prepare - prepare / n) ||
        is(expected + prepare - reap / n))
        verdict_fail(
            outcome,
            "You reported %.2f ns a creation, and it was %.2f: the rest is "
            "set-up. A prepare takes %.0f ns, and your clock ran meanwhile. "
            "What "
            "lies between two readings is counted, wanted or not. See "
            "exercise.h on prepare.",
            got, expected, prepare);
    if (is(reap))
        verdict_fail(
            outcome,
            "You reported %.2f ns a creation, and it was %.2f: yours is the "
            "reap alone. When does your clock start? See exercise.h.",
            got, expected);
    if (n > 1 && (is(total(n)) || is(total(n) + n * prepare)))
        verdict_fail(
            outcome,
            "You reported %.2f ns a creation: that is what all %d cost "
            "together. See exercise.h: the mean.",
            got, n);
    if (n > 1 && (is(total(n) - total(n - 1)) || is(total(1)) ||
                  is((total(n) - total(n - 1)) / n)))
        verdict_fail(
            outcome,
            "You reported %.2f ns a creation, and the mean of %d was %.2f: "
            "only one of them is in your number. See exercise.h.",
            got, n, expected);
    if (is(expected / 1e3) || is(expected / 1e6) || is(expected / 1e9))
        verdict_fail(
            outcome,
            "You reported %g, and a creation cost %.2f ns. The unit is "
            "nanoseconds: the name ret_ns says so. See exercise.h.",
            got, expected);
    if (got < expected && expected - got < 1 && got == (double)(int64_t)got)
        verdict_fail(
            outcome,
            "%d creations cost %.0f ns together, and you reported %.0f a "
            "creation: the fraction is gone. In C a whole number divided by a "
            "whole number is a whole number, and a double that it is stored in "
            "later does not bring the rest back. See exercise.h, and "
            "\"usual arithmetic conversions\" in your book on C.",
            n, total(n), got);
    verdict_fail(
        outcome,
        "%d creations cost %.0f ns together, that is %.2f each, and you "
        "reported %.2f. Your calls were %s (t: clock, p: prepare, c: create, "
        "r: reap). See exercise.h.",
        n, total(n), expected, got, fake->script);
}

static void expect_cost(int n, struct fake_creation fake)
{
    const struct outcome outcome = try(n, fake);
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
                                           .growth_ns = 1 });
}

/* A machine that has been up for long, and creations that take seconds. */
static void bears_large_numbers(void **state)
{
    (void)state;
    const int64_t up_ns = INT64_C(4000000000000000001);
    const struct fake_creation slow = {
        .prepare_ns = 1000003,
        .create_ns = 3000000001,
        .reap_ns = 2000000002,
        .now_ns = up_ns,
    };
    const struct outcome outcome = try(3, slow);
    judge_children(&outcome);
    const double got = facts->cost_ns, expected = total(3) / 3;
    if (!is(expected) && got >= 0 && size_of(got - expected) < 1e4)
        verdict_fail(
            &outcome,
            "The clock stood at %lld, creations cost %.0f ns, and you reported "
            "%.2f. A double keeps about 16 digits, a float 7: subtract the "
            "readings "
            "while they are whole numbers. See <float.h>, DBL_DIG.",
            (long long)up_ns, expected, got);
    if (!is(expected) && size_of(got) <= -(double)INT_MIN)
        verdict_fail(
            &outcome,
            "Three creations took 5 s each, and you reported %.2f ns each. An "
            "int ends a little above 2 * 10^9, and that is two seconds: what "
            "type do your times have? See <stdint.h>, and <limits.h>, INT_MAX.",
            got);
    judge_cost(&outcome);
    verdict_leftovers(&outcome);
}

static void expect_failure(int n, struct fake_creation fake, const char *call,
                           int at)
{
    const struct outcome outcome = try(n, fake);
    const struct fake_creation *const seen = &facts->fake;
    verdict_common(&outcome);
    if (seen->creates > at)
        verdict_fail(
            &outcome,
            "The %s of child %d of %d failed, and you called create %d times "
            "more. A number from here on would mix creations with refusals: "
            "stop, and say so. See fork(2), RETURN VALUE, and exercise.h.",
            call, at, n, seen->creates - at);
    if (seen->creates < at)
        verdict_fail(
            &outcome,
            "You called create %d times; the %s of child %d was to fail. See "
            "exercise.h: n children, one after the other.",
            seen->creates, call, at);
    if (seen->reaps > at)
        verdict_fail(
            &outcome,
            "The %s of child %d failed, and you called reap again. There is "
            "nobody left to wait for. See exercise.h: stop there.",
            call, at);
    if (seen->reaps_of_nobody > 0)
        verdict_fail(
            &outcome,
            "create failed, and you called reap all the same. There is no "
            "child to wait for: a wait now takes somebody else's, or never "
            "ends. See fork(2), RETURN VALUE, and waitpid(2), ECHILD.");
    if (seen->alive > 0)
        verdict_fail(
            &outcome,
            "The %s of child %d failed, and %d of the children before it %s "
            "left unreaped. Whoever stops early has to leave nobody behind. "
            "See waitpid(2), NOTES.",
            call, at, seen->alive, seen->alive == 1 ? "is" : "are");
    if (seen->prepares > at)
        verdict_fail(&outcome,
                     "The %s of child %d failed, and you prepared another. See "
                     "exercise.h: stop there.",
                     call, at);
    if (outcome.result == 0)
        verdict_fail(
            &outcome,
            "The %s of child %d of %d failed, and you gave back 0, as if all "
            "had gone well. See exercise.h: -1.",
            call, at, n);
    if (outcome.result != -1)
        verdict_fail(
            &outcome,
            "The %s of child %d failed and you gave back %ld; the contract "
            "says -1. See exercise.h.",
            call, at, outcome.result);
    if (facts->cost_ns != UNTOUCHED)
        verdict_fail(
            &outcome,
            "The %s of child %d failed, you said so, and stored %.2f in "
            "*ret_ns all the same. A number that looks like a result will be "
            "used as one; the contract leaves *ret_ns as it was.",
            call, at, facts->cost_ns);
    verdict_leftovers(&outcome);
}

static void stops_at_a_failed_create(void **state)
{
    (void)state;
    struct fake_creation fake = {
        .prepare_ns = 1009,
        .create_ns = 251,
        .reap_ns = 120,
    };
    fake.fail_create_at = 1;
    expect_failure(3, fake, "create", 1);
    fake.fail_create_at = 3;
    expect_failure(6, fake, "create", 3);
}

static void stops_at_a_failed_reap(void **state)
{
    (void)state;
    expect_failure(6,
                   (struct fake_creation){ .prepare_ns = 1009,
                                           .create_ns = 251,
                                           .reap_ns = 120,
                                           .fail_reap_at = 3 },
                   "reap", 3);
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
