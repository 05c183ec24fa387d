/* creation: one mechanism, a few unmeasured creations, then one creation a
 * sample. Three points from one origin: the call returned, the child started
 * (only with stamp=1: watching costs), the child was reaped. */
#define _GNU_SOURCE /* sched_getcpu, memfd_create */
#include "../clock.h"
#include "../counts.h"
#include "../delay.h"
#include "../errors.h"
#include "../measures.h"
#include "../mechanisms.h"
#include "../pin.h"
#include "../shared.h"
#include "../touched.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A cost is never dropped for being slow; a block ends early instead. */
enum { SAMPLES_AT_LEAST = 3 };

struct sample {
    uint64_t begin_ns, returned_ns, started_ns, reaped_ns;
    uint64_t added_ns;             /* by a delay */
    int32_t parent_cpu, child_cpu; /* -1: not asked */
    int32_t error;                 /* errno of create or reap; 0: none */
};

/* A block lies in a shared mapping as a whole. Private pages that we write
 * would be copied after every fork, and that would be part of its cost. */
struct block {
    const struct mechanism *mechanism;
    struct child child;
    char programs[PATH_MAX];
    size_t warmups, wanted, taken;
    uint64_t budget_ns;
    struct delay delay;
    struct counts counts;
    struct touched touched;
    struct sample samples[];
};

static inline void sample_take(const struct mechanism *mechanism,
                               struct child *child, struct sample *sample)
{
    if (child->orders.stamp != NULL)
        sample->parent_cpu = sched_getcpu();
    sample->begin_ns = clock_now_ns();
    int rc = mechanism->create(child);
    sample->returned_ns = clock_now_ns();
    if (rc == 0) {
        rc = mechanism->reap(child);
        sample->reaped_ns = clock_now_ns();
    }

    sample->error = -rc;
    if (child->orders.stamp != NULL) {
        sample->started_ns = child->orders.stamp->started_ns;
        sample->child_cpu = child->orders.stamp->cpu;
        *child->orders.stamp = (struct stamp){ .started_ns = 0, .cpu = -1 };
    }
}

/* The next sample of the block, with the delay that was asked for. */
static const struct sample *block_sample(struct block *block)
{
    struct sample *sample = &block->samples[block->taken++];

    sample_take(block->mechanism, &block->child, sample);
    if (!delay_is_none(&block->delay) && sample->error == 0) {
        uint64_t now_ns =
            delay_wait(&block->delay, sample->begin_ns, sample->reaped_ns);

        sample->added_ns = now_ns - sample->reaped_ns;
        if (block->delay.within)
            sample->reaped_ns = now_ns;
    }
    return sample;
}

static void block_take(struct block *block)
{
    while (block->taken < block->warmups)
        block_sample(block);

    struct counts before = counts_now();
    uint64_t end_ns = clock_now_ns() + block->budget_ns;
    size_t last = block->warmups + block->wanted;
    size_t at_least = block->warmups + SAMPLES_AT_LEAST;
    while (block->taken < last) {
        const struct sample *sample = block_sample(block);

        /* A creation that was refused is never reaped. */
        if ((sample->reaped_ns > end_ns || sample->returned_ns > end_ns) &&
            block->taken >= at_least)
            break;
    }
    block->counts = counts_since(&before);
}

/* A point's distance from the sample's origin. A vfork child of an exec may
 * start before the call returns; nothing starts before the call begins. */
static void point(struct table *table, const struct sample *sample,
                  uint64_t at_ns)
{
    if (at_ns < sample->begin_ns || at_ns == 0)
        table_empty(table);
    else
        table_number(table, at_ns - sample->begin_ns);
}

static void print_cpu(struct table *table, const struct sample *sample,
                      int32_t cpu)
{
    if (sample->started_ns == 0 || cpu < 0)
        table_empty(table);
    else
        table_number(table, (uint64_t)cpu);
}

#define COLUMNS \
    "index,warmup,returned_ns,started_ns,reaped_ns,child_cpu,parent_cpu,error"

static void print_samples(const struct block *block, struct table *table)
{
    bool delayed = !delay_is_none(&block->delay);

    table_begin(table, delayed ? COLUMNS ",added_ns" : COLUMNS);
    for (size_t i = 0; i < block->taken; i++) {
        const struct sample *sample = &block->samples[i];

        table_number(table, i);
        table_number(table, i < block->warmups);
        point(table, sample, sample->returned_ns);
        point(table, sample, sample->started_ns);
        point(table, sample, sample->reaped_ns);
        print_cpu(table, sample, sample->child_cpu);
        print_cpu(table, sample, sample->parent_cpu);
        table_text(table, error_name(sample->error));
        if (delayed)
            table_number(table, sample->added_ns);
        table_end(table);
    }
}

static void print_counts(const struct block *block, struct table *table)
{
    double samples = (double)(block->taken - block->warmups);

    fputc('\n', table->out);
    table_begin(table, block->touched.memory != NULL
                           ? "samples,faults,own_faults,voluntary_switches,"
                             "involuntary_switches,huge_kib"
                           : "samples,faults,own_faults,voluntary_switches,"
                             "involuntary_switches");
    table_number(table, block->taken - block->warmups);
    table_real(table, (double)block->counts.faults / samples);
    table_real(table, (double)block->counts.own_faults / samples);
    table_real(table, (double)block->counts.voluntary / samples);
    table_real(table, (double)block->counts.involuntary / samples);
    if (block->touched.memory != NULL)
        table_number(table, block->touched.huge_kib);
    table_end(table);
}

/* The stamp lies in a file without a name, so that a new program can write it
 * through a handle and a forked child through the same mapping. */
static int stamp_open(struct child *child)
{
    int fd = memfd_create("stamp", 0);
    if (fd < 0 || ftruncate(fd, sizeof(struct stamp)) != 0)
        return -errno;

    child->orders.stamp = mmap(NULL, sizeof(struct stamp),
                               PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (child->orders.stamp == MAP_FAILED)
        return -errno;
    child->stamp_fd = fd;
    *child->orders.stamp = (struct stamp){ .started_ns = 0, .cpu = -1 };
    return 0;
}

static int block_prepare(struct block *block, const struct arguments *arguments,
                         char *message)
{
    const char *name = arguments_word(arguments, "mechanism");

    if (touched_check(arguments, message) < 0)
        return -EINVAL;
    block->mechanism = mechanism_find(name);
    if (block->mechanism == NULL) {
        snprintf(message, MEASURE_MESSAGE,
                 "mechanism=%.40s is unknown; `probe list mechanisms` shows "
                 "them all",
                 name);
        return -EINVAL;
    }
    block->warmups = (size_t)arguments_number(arguments, "warmup");
    block->wanted = (size_t)arguments_number(arguments, "samples");
    block->budget_ns =
        (uint64_t)arguments_number(arguments, "budget_ms") * 1000000U;
    block->delay = (struct delay){
        .ns = (uint64_t)arguments_number(arguments, "added_ns"),
        .percent = (unsigned)arguments_number(arguments, "added_percent"),
        .within = arguments_number(arguments, "added_within") != 0,
    };
    block->child.orders.cpu = (int)arguments_number(arguments, "child_cpu");
    block->child.stamp_fd = -1;

    ssize_t length = readlink("/proc/self/exe", block->programs, PATH_MAX - 1);
    if (length < 0)
        return error_say(message, errno, "cannot find my own folder");
    block->programs[length] = '\0';
    block->child.programs = dirname(block->programs);

    int rc = pin_as_asked(arguments, message);
    if (rc < 0)
        return rc;
    if (arguments_number(arguments, "stamp") != 0)
        rc = stamp_open(&block->child);
    if (rc < 0)
        return error_say(message, -rc, "cannot make the page for stamps");
    if (block->mechanism->prepare != NULL)
        rc = block->mechanism->prepare(&block->child);
    if (rc < 0)
        return error_say(message, -rc, "cannot prepare %s%s", name,
                         rc == -ENOTSUP ? " under ThreadSanitizer" : "");
    return 0;
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    const char *rows = arguments_word(arguments, "rows");
    bool silent = strcmp(rows, "none") == 0;

    if (!silent && strcmp(rows, "all") != 0) {
        snprintf(message, MEASURE_MESSAGE, "rows=%.40s: give all or none",
                 rows);
        return -EINVAL;
    }
    size_t samples = (size_t)(arguments_number(arguments, "warmup") +
                              arguments_number(arguments, "samples"));
    struct block *block =
        shared_map(sizeof(*block) + samples * sizeof(block->samples[0]));
    if (block == NULL)
        return error_say(message, errno, "no memory for the samples");
    int rc = block_prepare(block, arguments, message);
    if (rc < 0)
        return rc;
    rc = touched_make(arguments, &block->touched);
    if (rc < 0 && silent)
        return error_say(message, -rc, "cannot touch the memory asked for");
    if (rc < 0) {
        touched_refusal(table, COLUMNS, rc);
        return 0;
    }

    block_take(block);

    if (!silent) {
        print_samples(block, table);
        print_counts(block, table);
        return 0;
    }
    for (size_t i = 0; i < block->taken; i++)
        if (block->samples[i].error != 0)
            return error_say(message, block->samples[i].error,
                             "creation %zu failed", i);
    return 0;
}

static const struct key keys[] = {
    { "mechanism", NULL, 0, 0, "`probe list mechanisms` shows them all" },
    { "samples", "20", 1, 10000000, "creations to measure, at most" },
    { "warmup", "3", 0, 1000000, "unmeasured creations before them" },
    { "budget_ms", "600000", 1, 600000,
      "stop after this time (3 samples "
      "at least)" },
    { "cpu", "-1", -1, 1023, "pin the probe to this CPU; -1: do not" },
    { "child_cpu", "-1", -1, 1023, "the child moves there first; -1: stays" },
    { "stamp", "0", 0, 1, "1: the child notes when and where it started" },
    { "touched_mib", "0", 0, 1048576,
      "private memory that the parent has written, MiB" },
    { "pages", "4k", 0, 0, "in which that lies: 4k or huge (verified)" },
    { "added_ns", "0", 0, 1000000000,
      "busy wait at each sample's end, as long as that" },
    { "added_percent", "0", 0, 1000, "likewise, in per cent of the sample" },
    { "added_within", "1", 0, 1, "0: the wait comes after the sample" },
    { "rows", "all", 0, 0, "all, or none: create, check, print nothing" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_creation = { "creation",
                                          "what one empty child costs", keys,
                                          run };
