/* In lockstep, two threads lose an update every time, unless it is one step.
 */
#include "checking.h"
#include "racy.h"
#include "steps.h"

static struct counter *counter;

static void *add(void *arg)
{
    void (*const *add_one)(struct counter * counter) = arg;

    (*add_one)(counter);
    return NULL;
}

static long body(void *facts)
{
    pthread_t threads[2];

    steps_begin();
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add, facts);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    steps_end();
    return counter->plain + counter->atomic;
}

static bool move_one(void *facts, const struct moment *now)
{
    (void)facts;
    (void)now;
    return steps_move_one();
}

static long sum_after(void (*add_one)(struct counter *counter))
{
    void (**facts)(struct counter * counter) = trial_shared(sizeof *facts);
    const struct trial trial = { .body = body,
                                 .on_quiet = move_one,
                                 .facts = facts };

    *facts = add_one;
    steps_setup();
    const struct outcome o = trial_run(&trial);
    assert_int_equal(o.how, TRIAL_RETURNED);
    assert_in_range(steps_count(), 2, 8);
    return o.result;
}

static void plain_update_is_lost(void **state)
{
    (void)state;
    counter = trial_shared(sizeof *counter);
    assert_int_equal(sum_after(add_plain), 1);
}

static void atomic_update_is_not(void **state)
{
    (void)state;
    counter = trial_shared(sizeof *counter);
    assert_int_equal(sum_after(add_atomic), 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_update_is_lost),
        cmocka_unit_test(atomic_update_is_not),
    };

    return checking_run(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
