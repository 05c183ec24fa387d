/* switching: one token to and fro between this flow and a peer, both asleep
 * while the other has it. A sample is a batch of round trips between two clock
 * readings; half a round trip is one hand-over, and with it one change from
 * one flow to the other. With peer=none the flow makes the same calls alone. */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include "../clock.h"
#include "../errors.h"
#include "../measures.h"
#include "../pin.h"
#include "../relay.h"
#include "../shared.h"
#include "../watch.h"
#include "../worker.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* A cost is never dropped for being slow; a block ends early instead. */
enum { SAMPLES_AT_LEAST = 3 };

struct switches {
    uint64_t voluntary, involuntary;
};

/* Lies in a shared mapping as a whole; each side writes its own part. */
struct block {
    struct relay relay;
    size_t warmups, wanted, taken;
    uint32_t round_trips, number; /* number: the last token */
    uint64_t budget_ns;
    int peer_cpu;
    struct switches ours, peers; /* in the measured samples */
    int error;                   /* errno: what ended it in its last sample */
    uint64_t elapsed_ns[];
};

static struct switches switches_now(void)
{
    struct rusage usage;

    getrusage(RUSAGE_THREAD, &usage);
    return (struct switches){ (uint64_t)usage.ru_nvcsw,
                              (uint64_t)usage.ru_nivcsw };
}

static struct switches switches_since(struct switches before)
{
    struct switches now = switches_now();

    return (struct switches){ now.voluntary - before.voluntary,
                              now.involuntary - before.involuntary };
}

/* The peer's side: gives back whatever comes, until it is stopped. */
static int peer(void *arg)
{
    struct block *block = arg;
    struct relay *relay = &block->relay;
    const struct relay_means *means = relay->means;
    uint32_t first = (uint32_t)block->warmups * block->round_trips * 2;
    struct switches before = switches_now();
    uint32_t number = 1, seen = RELAY_LOST;
    int rc = pin_to(block->peer_cpu);

    while (rc == 0 &&
           (seen = means->take(relay, RELAY_PEER, number)) == number) {
        if (number + 1 == first)
            before = switches_now();
        means->hand(relay, RELAY_PEER, number + 1);
        number += 2;
    }
    if (rc == 0 && seen != RELAY_STOP)
        rc = -EPROTO;
    block->peers = switches_since(before);
    if (rc < 0)
        means->tell(relay, RELAY_PEER, RELAY_LOST);
    return -rc;
}

/* One hand-over to the peer and one back; or both to ourselves. */
static inline bool round_trip(struct block *block, bool alone)
{
    struct relay *relay = &block->relay;
    const struct relay_means *means = relay->means;
    uint32_t number = block->number;

    means->hand(relay, RELAY_OURS, number + 1);
    if (alone) {
        if (means->take(relay, RELAY_OURS, number + 1) != number + 1)
            return false;
        means->hand(relay, RELAY_OURS, number + 2);
    }
    block->number = number + 2;
    return means->take(relay, RELAY_OURS, number + 2) == number + 2;
}

static bool sample_take(struct block *block, bool alone)
{
    bool whole = true;

    uint64_t begin_ns = clock_now_ns();
    for (uint32_t i = 0; i < block->round_trips && whole; i++)
        whole = round_trip(block, alone);
    block->elapsed_ns[block->taken++] = clock_now_ns() - begin_ns;
    return whole;
}

static void block_take(struct block *block, bool alone)
{
    struct switches before = { 0, 0 };
    size_t last = block->warmups + block->wanted;
    size_t at_least = block->warmups + SAMPLES_AT_LEAST;
    uint64_t end_ns = UINT64_MAX;

    while (block->taken < last) {
        if (block->taken == block->warmups) {
            before = switches_now();
            end_ns = clock_now_ns() + block->budget_ns;
        }
        if (!sample_take(block, alone)) {
            int lost = atomic_load(&block->relay.lost);

            block->error = lost != 0 ? lost : EPROTO;
            break;
        }
        if (block->taken >= at_least && clock_now_ns() > end_ns)
            break;
    }
    block->ours = switches_since(before);
}

/* A peer that answers no more, and may never again, is not waited for. */
static void part(struct block *block, struct worker *worker)
{
    const struct relay_means *means = block->relay.means;
    int code = 0;

    if (block->error == ETIMEDOUT && worker->pid > 0)
        kill(worker->pid, SIGKILL);
    means->tell(&block->relay, RELAY_OURS, RELAY_STOP);
    int rc = worker_join(worker, &code);

    if (rc == 0 && code != 0 && (block->error == 0 || code != EPROTO))
        block->error = code; /* the peer knows more of it */
    else if (rc < 0 && block->error == 0)
        block->error = -rc;
}

static void block_run(struct block *block, const struct worker_kind *kind,
                      int limit_s)
{
    struct worker worker = { .kind = kind, .target = peer, .arg = block };
    struct watch watch;

    watch_begin(&watch, &block->relay, limit_s);
    int rc = kind != NULL ? worker_start(&worker) : 0;
    if (rc == 0)
        block_take(block, kind == NULL);
    watch_end(&watch);

    if (rc < 0) {
        block->taken = 1;
        block->error = -rc;
    } else if (kind != NULL) {
        part(block, &worker);
    }
}

static void print_samples(const struct block *block, struct table *table)
{
    table_begin(table, "index,warmup,elapsed_ns,error");
    for (size_t i = 0; i < block->taken; i++) {
        int error = i + 1 < block->taken ? 0 : block->error;

        table_number(table, i);
        table_number(table, i < block->warmups && error == 0);
        if (error == 0)
            table_number(table, block->elapsed_ns[i]);
        else
            table_empty(table);
        table_text(table, error_name(error));
        table_end(table);
    }
}

/* Context switches of both sides, a hand-over: 1 proves that each of them put
 * one flow to sleep, or pushed it aside, for the other. */
static void print_switches(const struct block *block, struct table *table)
{
    if (block->error != 0)
        return;
    double hand_overs =
        2.0 * block->round_trips * (double)(block->taken - block->warmups);

    fputc('\n', table->out);
    table_begin(table, "hand_overs,voluntary_switches,involuntary_switches");
    table_number(table, (uint64_t)hand_overs);
    table_real(table, (double)(block->ours.voluntary + block->peers.voluntary) /
                          hand_overs);
    table_real(table,
               (double)(block->ours.involuntary + block->peers.involuntary) /
                   hand_overs);
    table_end(table);
}

static const struct {
    const char *name;
    const struct worker_kind *kind; /* NULL: nobody to switch to */
} peers[] = {
    { "none", NULL },
    { "thread", &worker_thread },
    { "process", &worker_process },
};
enum { PEERS = sizeof(peers) / sizeof(peers[0]) };

static int block_prepare(struct block *block, const struct arguments *arguments,
                         bool alone, char *message)
{
    const char *name = arguments_word(arguments, "by");

    block->relay = (struct relay){ .means = relay_find(name),
                                   .in = { -1, -1 },
                                   .out = { -1, -1 } };
    if (block->relay.means == NULL) {
        snprintf(message, MEASURE_MESSAGE, "by=%.40s: give pipe or futex",
                 name);
        return -EINVAL;
    }
    block->warmups = (size_t)arguments_number(arguments, "warmup");
    block->wanted = (size_t)arguments_number(arguments, "samples");
    block->round_trips = (uint32_t)arguments_number(arguments, "round_trips");
    block->budget_ns =
        (uint64_t)arguments_number(arguments, "budget_ms") * 1000000U;
    block->peer_cpu = (int)arguments_number(arguments, "peer_cpu");

    int rc = pin_as_asked(arguments, message);
    if (rc < 0)
        return rc;
    rc = block->relay.means->open(&block->relay, alone);
    return rc < 0 ? error_say(message, -rc, "cannot open the %s", name) : 0;
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    const char *name = arguments_word(arguments, "peer");
    size_t k = 0;

    while (k < PEERS && strcmp(peers[k].name, name) != 0)
        k++;
    if (k == PEERS) {
        snprintf(message, MEASURE_MESSAGE,
                 "peer=%.40s: give thread, process or none", name);
        return -EINVAL;
    }
    size_t samples = (size_t)(arguments_number(arguments, "warmup") +
                              arguments_number(arguments, "samples"));
    struct block *block =
        shared_map(sizeof(*block) + samples * sizeof(block->elapsed_ns[0]));
    if (block == NULL)
        return error_say(message, errno, "no memory for the samples");
    int rc = block_prepare(block, arguments, peers[k].kind == NULL, message);
    if (rc < 0)
        return rc;

    block_run(block, peers[k].kind,
              (int)arguments_number(arguments, "limit_s"));
    block->relay.means->close(&block->relay);
    print_samples(block, table);
    print_switches(block, table);
    return 0;
}

static const struct key keys[] = {
    { "by", NULL, 0, 0, "pipe or futex" },
    { "peer", NULL, 0, 0, "thread, process, or none: the calls alone" },
    { "round_trips", "50", 1, 10000, "of the token, in one sample" },
    { "samples", "20", 1, 10000, "to measure, at most" },
    { "warmup", "1", 0, 1000, "unmeasured samples before them" },
    { "budget_ms", "600000", 1, 600000,
      "stop after this time (3 samples "
      "at least)" },
    { "limit_s", "20", 1, 600, "give up when the token is not back by then" },
    { "cpu", "-1", -1, 1023, "pin the probe to this CPU; -1: do not" },
    { "peer_cpu", "-1", -1, 1023, "the peer moves there first; -1: stays" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_switching = {
    "switching", "what it costs to change over to another flow", keys, run
};
