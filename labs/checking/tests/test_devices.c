/* Gates, births, recorders, the fake clock and seeds: what a check holds in
 * its hands, each tried in a trial. */
#define _GNU_SOURCE /* setenv */
#include "checking.h"
#include "fake_clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 4, CALLER, WORKER };

struct facts {
    struct gate inside;
    struct recorder who;
    int arrived[8]; /* at each time the gate was opened */
    int waves;
    int order[WORKERS];
    _Atomic int finished;
    int error;
    struct fake_creation fake;
    double per_creation_ns;
};

static struct facts *new_facts(void)
{
    return trial_shared(sizeof(struct facts));
}

static struct facts *shared; /* a thread's one argument is its number */

static void *work(void *arg)
{
    int i = *(const int *)arg;

    recorder_note(&shared->who, WORKER, i);
    gate_wait(&shared->inside);
    shared->order[atomic_fetch_add(&shared->finished, 1)] = i;
    return NULL;
}

static long start_all_then_join(void *facts)
{
    static int number[WORKERS];
    pthread_t threads[WORKERS];

    shared = facts;
    recorder_note(&shared->who, CALLER, 0);
    for (int i = 0; i < WORKERS; i++) {
        number[i] = i;
        pthread_create(&threads[i], NULL, work, &number[i]);
    }
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}

static long join_in_the_loop(void *facts)
{
    pthread_t thread;

    shared = facts;
    for (int i = 0; i < WORKERS; i++) {
        pthread_create(&thread, NULL, work, &i);
        pthread_join(thread, NULL);
    }
    return 0;
}

static bool open_and_shut(void *arg, const struct moment *now)
{
    struct facts *facts = arg;
    int waiting = gate_release(&facts->inside);

    (void)now;
    if (waiting == 0)
        return false;
    facts->arrived[facts->waves++] = waiting;
    return true;
}

static bool one_wave_after_another(void *arg, const struct moment *now)
{
    struct facts *facts = arg;

    gate_shut(&facts->inside);
    return open_and_shut(facts, now);
}

static void gate_tells_waves(void **state)
{
    struct facts *facts = new_facts();
    struct trial trial = { start_all_then_join, one_wave_after_another, facts,
                           .limits = { 0 } };

    (void)state;
    assert_int_equal(trial_run(&trial).how, TRIAL_RETURNED);
    assert_int_equal(facts->waves, 1);
    assert_int_equal(facts->arrived[0], WORKERS);

    facts = trial.facts = new_facts();
    trial.body = join_in_the_loop;
    assert_int_equal(trial_run(&trial).how, TRIAL_RETURNED);
    assert_int_equal(facts->arrived[0], 1);
}

static void gate_that_stays_shut_is_stuck(void **state)
{
    const struct trial trial = { .body = start_all_then_join,
                                 .facts = new_facts() };

    (void)state;
    const struct outcome o = trial_run(&trial);
    assert_int_equal(o.how, TRIAL_STUCK);
    assert_int_equal(o.left.threads, WORKERS);
    if (strstr(o.census, "futex") != NULL) /* hidden: then it says neither */
        assert_non_null(strstr(o.census, "the check holds it"));
}

static void recorder_tells_who(void **state)
{
    struct facts *facts = new_facts();
    const struct trial trial = { .body = start_all_then_join,
                                 .on_quiet = open_and_shut,
                                 .facts = facts };

    (void)state;
    trial_run(&trial);
    const struct record *caller = recorder_find(&facts->who, CALLER, 0);
    const struct record *last = recorder_find(&facts->who, WORKER, 3);
    assert_non_null(caller);
    assert_non_null(last);
    assert_int_equal(caller->pid, caller->tid);
    assert_int_equal(last->pid, caller->pid);
    assert_int_not_equal(last->tid, caller->tid);
    assert_null(recorder_find(&facts->who, WORKER, 4));
    assert_int_equal(recorder_rows(&facts->who), 1 + WORKERS);
    assert_int_equal(recorder_count(&facts->who, WORKER), WORKERS);
    assert_int_equal(recorder_threads(&facts->who, WORKER), WORKERS);
    assert_int_equal(recorder_processes(&facts->who, WORKER), 1);
}

/* The mistake of lab 02: everybody gets the address of the same i. */
static long hand_out_one_address(void *facts)
{
    pthread_t threads[WORKERS];
    int i;

    shared = facts;
    gate_open(&shared->inside);
    for (i = 0; i < WORKERS; i++)
        check_pthread_create(&threads[i], NULL, work, &i);
    for (int k = 0; k < WORKERS; k++)
        pthread_join(threads[k], NULL);
    return 0;
}

static bool release_births(void *facts, const struct moment *now)
{
    (void)facts;
    (void)now;
    return births_release_all() > 0;
}

static void births_show_a_shared_address(void **state)
{
    struct facts *facts = new_facts();
    const struct trial trial = { .body = hand_out_one_address,
                                 .on_quiet = release_births,
                                 .facts = facts };

    (void)state;
    births_park();
    assert_int_equal(trial_run(&trial).how, TRIAL_RETURNED);
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(facts->who.rows[i].index, WORKERS);
}

static long fork_three(void *facts)
{
    shared = facts;
    for (int i = 0; i < 3; i++) {
        pid_t pid = check_fork();
        if (pid < 0)
            shared->error = errno;
        if (pid == 0) {
            shared->order[atomic_fetch_add(&shared->finished, 1)] = i;
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        continue;
    return 0;
}

static bool last_born_first(void *arg, const struct moment *now)
{
    struct facts *facts = arg;

    facts->waves++;
    if (facts->waves == 1)
        assert_int_equal(births_waiting(), 3);
    assert_int_equal(now->processes, 3 - (facts->waves - 1) % 4);
    return births_release(3 - facts->waves);
}

static void births_in_any_order(void **state)
{
    struct facts *facts = new_facts();
    const struct trial trial = { .body = fork_three,
                                 .on_quiet = last_born_first,
                                 .facts = facts };

    (void)state;
    births_park();
    assert_int_equal(trial_run(&trial).how, TRIAL_RETURNED);
    for (int i = 0; i < 3; i++)
        assert_int_equal(facts->order[i], 2 - i);
    assert_int_equal(births_tried(), 3);
    assert_int_equal(births_tried_processes(), 3);
    assert_int_equal(births_tried_threads(), 0);
}

static void births_can_fail(void **state)
{
    struct facts *facts = new_facts();
    const struct trial trial = { .body = fork_three, .facts = facts };

    (void)state;
    births_count_only();
    births_fail_at(1);
    assert_int_equal(trial_run(&trial).how, TRIAL_RETURNED);
    assert_int_equal(facts->error, EAGAIN);
    assert_int_equal(facts->finished, 2);
    assert_int_equal(births_tried(), 3);
}

static long fork_for_ever(void *facts)
{
    (void)facts;
    while (check_fork() >= 0)
        continue;
    return 0;
}

static void births_are_bounded(void **state)
{
    const struct trial trial = { .body = fork_for_ever };

    (void)state;
    births_count_only();
    const struct outcome o = trial_run(&trial);
    assert_int_equal(o.how, TRIAL_RETURNED);
    assert_int_equal(o.ran_on, BIRTHS_MAX);
}

static void fake_clock_is_exact(void **state)
{
    struct fake_creation fake = { .prepare_ns = 1000000,
                                  .create_ns = 700,
                                  .reap_ns = 31,
                                  .growth_ns = 10,
                                  .fail_create_at = 4 };

    (void)state;
    assert_int_equal(fake_prepare(&fake), 0);
    int64_t start = fake_now_ns(&fake);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fake_create(&fake), 0);
        assert_int_equal(fake_reap(&fake), 0);
    }
    assert_int_equal(fake_now_ns(&fake) - start, 3 * 731 + 10 + 20);
    assert_int_equal(fake_total_ns(&fake, 3), 3 * 731 + 10 + 20);
    assert_int_equal(fake_create(&fake), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(fake_reap(&fake), -1);
    assert_int_equal(errno, ECHILD);
    assert_string_equal(fake.script, "ptcrcrcrtCR");
    assert_int_equal(fake.alive, 0);
    assert_int_equal(fake.most_alive, 1);
    assert_int_equal(fake.created, 3);
    assert_int_equal(fake.reaps_of_nobody, 1);
}

static void seeds_repeat(void **state)
{
    (void)state;
    assert_false(seed_used());
    setenv("LAB_SEED", "0x10", 1);
    uint64_t a = seed_get(), b = a;
    assert_int_equal(a, 16);
    assert_true(seed_used());
    for (int i = 0; i < 1000; i++) {
        int drawn = seed_below(&a, 10);
        assert_in_range(drawn, 0, 9);
        assert_int_equal(drawn, seed_below(&b, 10));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_tells_waves),
        cmocka_unit_test(gate_that_stays_shut_is_stuck),
        cmocka_unit_test(recorder_tells_who),
        cmocka_unit_test(births_show_a_shared_address),
        cmocka_unit_test(births_in_any_order),
        cmocka_unit_test(births_can_fail),
        cmocka_unit_test(births_are_bounded),
        cmocka_unit_test(fake_clock_is_exact),
        cmocka_unit_test(seeds_repeat),
    };

    return checking_run(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
