/* The measure switching and its token: it goes to and fro whoever has it, and
 * a peer that is refused, killed or stopped ends the block with a row. */
#define _GNU_SOURCE /* sched_getcpu */
#include "../probe/relay.h"
#include "../probe/shared.h"
#include "../probe/watch.h"

#include "measuring.h"
#include "refuse.h"
#include "scratch.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const by[] = { "by=pipe", "by=futex" };
static const char *const peers[] = { "peer=none", "peer=thread",
                                     "peer=process" };

static void a_token_comes_back(void **state)
{
    (void)state;
    for (size_t b = 0; b < 2; b++)
        for (size_t p = 0; p < 3; p++) {
            const char *const words[MEASURING_WORDS] = {
                by[b], peers[p], "samples=4", "warmup=2", "round_trips=3"
            };
            size_t open = scratch_count("/proc/self/fd");

            char *text = measuring_well(&measure_switching, words);
            assert_int_equal(
                strncmp(text, "index,warmup,elapsed_ns,error\n0,1,", 34), 0);
            assert_int_equal(measuring_count(text, "\n5,0,"), 1);
            assert_int_equal(measuring_count(text, "\n6,"), 0);
            assert_int_equal(
                measuring_count(text, "\n\nhand_overs,voluntary_switches,"
                                      "involuntary_switches\n24,"),
                1);
            assert_int_equal(scratch_count("/proc/self/fd"), open);
            free(text);
            measuring_assert_alone();
        }
}

/* On one CPU nobody can take the token before the other is off it. */
static void the_kernel_counts_a_switch_a_hand_over(void **state)
{
    char cpu[32], peer_cpu[32];
    int here = sched_getcpu();

    (void)state;
    snprintf(cpu, sizeof(cpu), "cpu=%d", here);
    snprintf(peer_cpu, sizeof(peer_cpu), "peer_cpu=%d", here);
    for (size_t b = 0; b < 2; b++)
        for (size_t p = 1; p < 3; p++) {
            const char *const words[MEASURING_WORDS] = {
                by[b], peers[p], "samples=5", "round_trips=200", cpu, peer_cpu
            };
            unsigned hand_overs;
            double voluntary, involuntary;

            char *text = measuring_well(&measure_switching, words);
            const char *facts = strstr(text, "involuntary_switches\n");
            assert_non_null(facts);
            assert_int_equal(sscanf(strchr(facts, '\n'), "%u,%lf,%lf",
                                    &hand_overs, &voluntary, &involuntary),
                             3);
            assert_int_equal(hand_overs, 2000);
            assert_true(voluntary + involuntary > 0.98);
            free(text);
        }
}

static void a_refused_peer_is_a_row(void **state)
{
    (void)state;
    for (size_t b = 0; b < 2; b++)
        for (size_t p = 1; p < 3; p++) {
            const char *const words[MEASURING_WORDS] = { by[b], peers[p] };

            refuse_after(0, false);
            char *text = measuring_well(&measure_switching, words);
            refuse_none();
            assert_string_equal(text, "index,warmup,elapsed_ns,error\n"
                                      "0,0,,EAGAIN\n");
            free(text);
            measuring_assert_alone();
        }
}

static void a_peer_that_cannot_be_placed_is_a_row(void **state)
{
    (void)state;
    if (sysconf(_SC_NPROCESSORS_CONF) > 1000)
        skip();
    for (size_t b = 0; b < 2; b++)
        for (size_t p = 1; p < 3; p++) {
            const char *const words[MEASURING_WORDS] = { by[b], peers[p],
                                                         "peer_cpu=1023" };
            char *text = measuring_well(&measure_switching, words);

            assert_string_equal(text, "index,warmup,elapsed_ns,error\n"
                                      "0,0,,EINVAL\n");
            free(text);
            measuring_assert_alone();
        }
}

/* Nobody is there who could hand it over: the limit does, one second later. */
static void waiting_has_an_end(void **state)
{
    static const char *const names[] = { "pipe", "futex" };

    (void)state;
    for (size_t b = 0; b < 2; b++)
        for (int child = 0; child <= 1; child++) {
            struct relay *relay = shared_map(sizeof(*relay));
            struct watch watch;

            assert_non_null(relay);
            *relay = (struct relay){ .means = relay_find(names[b]),
                                     .in = { -1, -1 },
                                     .out = { -1, -1 } };
            assert_int_equal(relay->means->open(relay, false), 0);
            watch_begin(&watch, relay, child ? 100 : 1);
            pid_t pid = child ? fork() : 0;
            if (child && pid == 0)
                _exit(0);
            assert_int_equal(relay->means->take(relay, RELAY_OURS, 1),
                             RELAY_LOST);
            watch_end(&watch);
            assert_int_equal(relay->lost, child ? ECHILD : ETIMEDOUT);
            if (child)
                assert_int_equal(waitpid(pid, NULL, 0), pid);
            relay->means->close(relay);
        }
    measuring_assert_alone();
}

/* What came too early is not written over, and still there for who looks. */
static void a_loss_cannot_come_too_early(void **state)
{
    static const char *const names[] = { "pipe", "futex" };

    (void)state;
    for (size_t b = 0; b < 2; b++) {
        struct relay *relay = shared_map(sizeof(*relay));

        assert_non_null(relay);
        *relay = (struct relay){ .means = relay_find(names[b]),
                                 .in = { -1, -1 },
                                 .out = { -1, -1 } };
        assert_int_equal(relay->means->open(relay, false), 0);
        relay->means->tell(relay, RELAY_PEER, RELAY_LOST);
        relay->means->hand(relay, RELAY_OURS, 1);
        assert_int_equal(relay->means->take(relay, RELAY_OURS, 2), RELAY_LOST);
        relay->means->close(relay);
    }
    assert_null(relay_find("pigeon"));
}

static void what_it_does_not_know_is_refused(void **state)
{
    static const struct {
        const char *words[MEASURING_WORDS];
        const char *message;
    } rows[] = {
        { { "by=pigeon", "peer=thread" }, "by=pigeon: give pipe or futex" },
        { { "by=pipe", "peer=cat" }, "peer=cat: give thread, process or none" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        measuring_refuses(&measure_switching, rows[i].words, -EINVAL,
                          rows[i].message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_comes_back),
        cmocka_unit_test(the_kernel_counts_a_switch_a_hand_over),
        cmocka_unit_test(a_refused_peer_is_a_row),
        cmocka_unit_test(a_peer_that_cannot_be_placed_is_a_row),
        cmocka_unit_test(waiting_has_an_end),
        cmocka_unit_test(a_loss_cannot_come_too_early),
        cmocka_unit_test(what_it_does_not_know_is_refused),
    };

    return cmocka_run_group_tests_name("switching_measure", tests, NULL, NULL);
}
