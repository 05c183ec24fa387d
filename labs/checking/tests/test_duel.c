/* All interleavings with one stop, and with two: a lost update and a deadlock
 * are forced, a lock is seen to hold. Then condition variables at their most
 * unhelpful: `if` fails every time, `while` never. */
#include "checking.h"
#include "condhook.h"
#include "duel.h"

#include <string.h>

static struct facts {
    long balance;
    bool locked; /* take turns by a lock? */
    pthread_mutex_t left, right;
    pthread_cond_t filled;
    int items, taken_from_empty;
    bool uses_while;
} * facts;

/* The pause between reading and writing that a contract asks for. */
static void deposit(void *unused)
{
    (void)unused;
    if (facts->locked)
        pthread_mutex_lock(&facts->left);
    long balance = facts->balance;
    hook_here();
    facts->balance = balance + 1;
    if (facts->locked)
        pthread_mutex_unlock(&facts->left);
}

static void lock_left_right(void *unused)
{
    (void)unused;
    check_pthread_mutex_lock(&facts->left);
    check_pthread_mutex_lock(&facts->right);
    check_pthread_mutex_unlock(&facts->right);
    check_pthread_mutex_unlock(&facts->left);
}

static void lock_right_left(void *unused)
{
    (void)unused;
    check_pthread_mutex_lock(&facts->right);
    check_pthread_mutex_lock(&facts->left);
    check_pthread_mutex_unlock(&facts->left);
    check_pthread_mutex_unlock(&facts->right);
}

static void new_facts(void)
{
    facts = trial_shared(sizeof *facts);
    pthread_mutex_init(&facts->left, NULL);
    pthread_mutex_init(&facts->right, NULL);
    pthread_cond_init(&facts->filled, NULL);
}

static void lost_update_is_forced(void **state)
{
    const struct duel duel = { .first = deposit, .second = deposit };

    (void)state;
    new_facts();
    const struct duel_result r = duel_run(&duel, 1, 0);
    assert_int_equal(r.outcome.how, TRIAL_RETURNED);
    assert_true(r.first.stopped && r.second_passed);
    assert_int_equal(r.first.hooks, 1);
    assert_int_equal(facts->balance, 1);
}

static void lock_keeps_the_second_out(void **state)
{
    const struct duel duel = { .first = deposit, .second = deposit };

    (void)state;
    new_facts();
    facts->locked = true;
    const struct duel_result r = duel_run(&duel, 1, 0);
    assert_int_equal(r.outcome.how, TRIAL_RETURNED);
    assert_true(r.first.stopped && !r.second_passed);
    assert_true(r.first.done && r.second.done);
    assert_int_equal(facts->balance, 2);
}

/* How many of all pairs of stops end in a deadlock? */
static int count_stuck(const struct duel *duel)
{
    int stuck = 0;

    for (int k = 0; k <= 4; k++)
        for (int k2 = 0; k2 <= 4; k2++) {
            new_facts();
            const struct duel_result r = duel_run(duel, k, k2);
            stuck += r.outcome.how == TRIAL_STUCK;
        }
    return stuck;
}

static void deadlock_is_found(void **state)
{
    const struct duel crossed = { .first = lock_left_right,
                                  .second = lock_right_left };
    const struct duel ordered = { .first = lock_left_right,
                                  .second = lock_left_right };

    (void)state;
    assert_true(count_stuck(&crossed) > 0);
    assert_int_equal(count_stuck(&ordered), 0);
}

static void *take(void *arg)
{
    pthread_mutex_lock(&facts->left);
    if (facts->uses_while)
        while (facts->items == 0)
            check_pthread_cond_wait(&facts->filled, &facts->left);
    else if (facts->items == 0)
        check_pthread_cond_wait(&facts->filled, &facts->left);
    if (facts->items == 0)
        facts->taken_from_empty++;
    else
        facts->items--;
    pthread_mutex_unlock(&facts->left);
    return arg;
}

static bool wake_the_slow(void *condhook, const struct moment *now)
{
    struct condhook *hook = condhook;

    (void)now;
    if (hook->waiting == 0)
        return gate_release(&hook->awake) > 0;
    return false;
}

static long two_take_two(void *unused)
{
    pthread_t takers[2];

    for (int i = 0; i < 2; i++)
        pthread_create(&takers[i], NULL, take, unused);
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&facts->left);
        facts->items++;
        check_pthread_cond_signal(&facts->filled);
        pthread_mutex_unlock(&facts->left);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(takers[i], NULL);
    return facts->items;
}

static struct outcome take_with(bool uses_while, int spurious, bool slow)
{
    struct condhook *hook = condhook_setup();
    const struct trial trial = { .body = two_take_two,
                                 .on_quiet = wake_the_slow,
                                 .facts = hook };

    new_facts();
    facts->uses_while = uses_while;
    hook->spurious = spurious;
    hook->slow_wakers = slow;
    return trial_run(&trial);
}

static void while_bears_spurious_wakeups(void **state)
{
    (void)state;
    for (int slow = 0; slow < 2; slow++) {
        const struct outcome o = take_with(true, 2, slow);
        assert_int_equal(o.how, TRIAL_RETURNED);
        assert_int_equal(facts->taken_from_empty, 0);
        assert_int_equal(o.result, 0);
    }
}

/* Nothing is ever put: only a wake-up without a reason lets `if` go on. */
static long one_takes_nothing(void *unused)
{
    take(unused);
    return 0;
}

static void if_falls_for_a_spurious_wakeup(void **state)
{
    struct condhook *hook = condhook_setup();
    const struct trial trial = { .body = one_takes_nothing };

    (void)state;
    hook->spurious = 1;
    new_facts();
    assert_int_equal(trial_run(&trial).how, TRIAL_RETURNED);
    assert_int_equal(facts->taken_from_empty, 1);

    condhook_setup()->spurious = 1;
    new_facts();
    facts->uses_while = true;
    assert_int_equal(trial_run(&trial).how, TRIAL_STUCK);
    assert_int_equal(hook->waiting, 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_update_is_forced),
        cmocka_unit_test(lock_keeps_the_second_out),
        cmocka_unit_test(deadlock_is_found),
        cmocka_unit_test(while_bears_spurious_wakeups),
        cmocka_unit_test(if_falls_for_a_spurious_wakeup),
    };

    return checking_run(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
