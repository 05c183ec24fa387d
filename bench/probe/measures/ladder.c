/* ladder: the rungs below a thread. call: a function that the compiler may not
 * inline. pool: an empty task for the one thread of a pool, which sleeps until
 * it gets one, and its result; both sleep in futex(2). A sample is a batch of
 * them between two clock readings. */
#include "../clock.h"
#include "../errors.h"
#include "../measures.h"
#include "../pin.h"
#include "../relay.h"
#include "../shared.h"
#include "../watch.h"
#include "../worker.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A cost is never dropped for being slow; a block ends early instead. */
enum { SAMPLES_AT_LEAST = 3 };

struct block {
    struct relay relay; /* tokens: a task there, its result back */
    const struct rung *rung;
    uint64_t budget_ns;
    size_t warmups, wanted, taken;
    uint32_t batch, number; /* number: the last token */
    uint64_t called;        /* how often, to prove it */
    int error;              /* errno: what ended it in its last sample */
    uint64_t elapsed_ns[];
};

struct rung {
    const char *name;
    /* Does `batch` of them; false: the token is lost. */
    bool (*climb)(struct block *block);
    bool pooled;
};

/* The task, and the call: empty, as far as a compiler can tell not. */
static __attribute__((noinline)) uint64_t task(uint64_t called)
{
    __asm__ volatile("" : "+r"(called));
    return called + 1;
}

static bool climb_call(struct block *block)
{
    uint64_t called = block->called;

    for (uint32_t i = 0; i < block->batch; i++)
        called = task(called);
    block->called = called;
    return true;
}

static bool climb_pool(struct block *block)
{
    struct relay *relay = &block->relay;
    const struct relay_means *means = relay->means;

    for (uint32_t i = 0; i < block->batch; i++) {
        uint32_t number = block->number;

        means->hand(relay, RELAY_OURS, number + 1);
        if (means->take(relay, RELAY_OURS, number + 2) != number + 2)
            return false;
        block->number = number + 2;
    }
    return true;
}

/* The pool's thread: does what it is given, until it is sent home. */
static int pool_thread(void *arg)
{
    struct block *block = arg;
    struct relay *relay = &block->relay;
    const struct relay_means *means = relay->means;
    uint32_t number = 1, seen;

    while ((seen = means->take(relay, RELAY_PEER, number)) == number) {
        block->called = task(block->called);
        means->hand(relay, RELAY_PEER, number + 1);
        number += 2;
    }
    return seen == RELAY_STOP ? 0 : EPROTO;
}

static const struct rung rungs[] = {
    { "call", climb_call, false },
    { "pool", climb_pool, true },
};
enum { RUNGS = sizeof(rungs) / sizeof(rungs[0]) };

static void block_take(struct block *block)
{
    size_t last = block->warmups + block->wanted;
    size_t at_least = block->warmups + SAMPLES_AT_LEAST;
    uint64_t end_ns = UINT64_MAX;
    bool whole = true;

    while (block->taken < last && whole) {
        uint64_t begin_ns = clock_now_ns();
        whole = block->rung->climb(block);
        uint64_t done_ns = clock_now_ns();

        if (block->taken == block->warmups)
            end_ns = begin_ns + block->budget_ns;
        block->elapsed_ns[block->taken++] = done_ns - begin_ns;
        if (block->taken >= at_least && done_ns > end_ns)
            break;
    }
    if (!whole)
        block->error = block->relay.lost != 0 ? block->relay.lost : EPROTO;
    else if (block->called != block->taken * block->batch)
        block->error = EPROTO;
}

static void block_run_pooled(struct block *block, int limit_s)
{
    struct worker worker = { .kind = &worker_thread,
                             .target = pool_thread,
                             .arg = block };
    struct watch watch;
    int code = 0;

    int rc = worker_start(&worker);
    if (rc < 0) {
        block->taken = 1;
        block->error = -rc;
        return;
    }
    watch_begin(&watch, &block->relay, limit_s);
    block_take(block);
    watch_end(&watch);
    block->relay.means->tell(&block->relay, RELAY_OURS, RELAY_STOP);
    rc = worker_join(&worker, &code);
    if (block->error == 0 && (rc < 0 || code != 0))
        block->error = rc < 0 ? -rc : code;
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

static const struct rung *rung_find(const char *name)
{
    for (size_t i = 0; i < RUNGS; i++)
        if (strcmp(rungs[i].name, name) == 0)
            return &rungs[i];
    return NULL;
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    const char *name = arguments_word(arguments, "rung");
    const struct rung *rung = rung_find(name);
    if (rung == NULL) {
        snprintf(message, MEASURE_MESSAGE, "rung=%.40s: give call or pool",
                 name);
        return -EINVAL;
    }
    size_t warmups = (size_t)arguments_number(arguments, "warmup");
    size_t wanted = (size_t)arguments_number(arguments, "samples");
    struct block *block = shared_map(
        sizeof(*block) + (warmups + wanted) * sizeof(block->elapsed_ns[0]));
    if (block == NULL)
        return error_say(message, errno, "no memory for the samples");
    block->rung = rung;
    block->relay.means = relay_find("futex");
    block->warmups = warmups;
    block->wanted = wanted;
    block->batch = (uint32_t)arguments_number(arguments, "batch");
    block->budget_ns =
        (uint64_t)arguments_number(arguments, "budget_ms") * 1000000U;

    int rc = pin_as_asked(arguments, message);
    if (rc < 0)
        return rc;
    if (rung->pooled)
        block_run_pooled(block, (int)arguments_number(arguments, "limit_s"));
    else
        block_take(block);
    print_samples(block, table);
    return 0;
}

static const struct key keys[] = {
    { "rung", NULL, 0, 0, "call, or pool: a task handed over and back" },
    { "batch", "100", 1, 100000, "of them in one sample" },
    { "samples", "20", 1, 10000, "to measure, at most" },
    { "warmup", "1", 0, 1000, "unmeasured samples before them" },
    { "budget_ms", "600000", 1, 600000,
      "stop after this time (3 samples "
      "at least)" },
    { "limit_s", "20", 1, 600, "give up when a task is not back by then" },
    { "cpu", "-1", -1, 1023, "pin the probe to this CPU; -1: do not" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_ladder = {
    "ladder", "what a call and a pool's hand-over cost", keys, run
};
