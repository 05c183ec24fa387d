/* Shuffles, runs, collects. Notice what is never done here: looking at a
 * time that was measured. */
#define _GNU_SOURCE /* CLOCK_BOOTTIME */
#include "sampler.h"

#include "statistics.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double clock_s(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds that this machine has spent suspended since it was booted. */
static double suspended_s(void)
{
    return clock_s(CLOCK_BOOTTIME) - clock_s(CLOCK_MONOTONIC);
}

/* Tasks that want a CPU right now, but for ourselves; NAN where /proc does not
 * say (proc_stat(5), procs_running). */
static double others_running(void)
{
    FILE *stat = fopen("/proc/stat", "re");
    if (stat == NULL)
        return NAN;

    char line[256];
    double running = NAN;
    while (isnan(running) && fgets(line, sizeof(line), stat) != NULL) {
        unsigned count;

        if (sscanf(line, "procs_running %u", &count) == 1)
            running = count > 0 ? count - 1 : 0;
    }
    fclose(stat);
    return running;
}

static struct block *block_add(struct samples *samples)
{
    if (samples->count == samples->room) {
        size_t room = samples->room == 0 ? 256 : samples->room * 2;
        struct block *blocks =
            realloc(samples->blocks, room * sizeof(blocks[0]));
        if (blocks == NULL)
            return NULL;
        samples->blocks = blocks;
        samples->room = room;
    }
    return &samples->blocks[samples->count++];
}

static int rows_collect(const struct sampler *sampler,
                        const struct bench_case *bench_case, struct rows *ret,
                        struct failure *failure)
{
    struct command command;
    int rc = command_run(bench_case->argv, sampler->block_limit_s,
                         sampler->stop, &command, failure);
    if (rc < 0)
        return rc;
    if (bench_case->read != NULL)
        return bench_case->read(bench_case, command.out, ret, failure);
    return rows_parse(command.out, ret, failure);
}

/* One block. A case that fails is not tried again: the reason becomes its
 * row. */
static int block_run(const struct sampler *sampler,
                     struct bench_case *bench_case, struct block *block,
                     struct samples *samples)
{
    struct failure failure = { "" };
    double asleep_s = suspended_s();

    block->others_running = others_running();
    int rc = rows_collect(sampler, bench_case, &block->rows, &failure);
    if (rc == -EINTR || rc == -ENOMEM)
        return rc;
    if (rc < 0) {
        snprintf(bench_case->unavailable, sizeof(bench_case->unavailable),
                 "%.*s", (int)sizeof(bench_case->unavailable) - 1,
                 failure.text);
        /* It goes into CSV and JSON, whatever the program said. */
        for (char *c = bench_case->unavailable; *c != '\0'; c++)
            if (strchr(",\"\\\n", *c) != NULL)
                *c = ';';
            else if (*c < ' ' || *c > '~')
                *c = '?';
        bench_case->broken = true;
        return 0;
    }

    if (suspended_s() - asleep_s > 1e-3)
        block->excluded = "suspended";
    struct block *kept = block_add(samples);
    if (kept == NULL) {
        rows_free(&block->rows);
        return -ENOMEM;
    }
    *kept = *block;
    return 0;
}

static int round_run(const struct sampler *sampler, struct plan *plan,
                     size_t *order, struct samples *samples)
{
    unsigned round = samples->rounds++;

    statistics_shuffle(sampler->rng, order, plan->count);
    for (unsigned i = 0; i < plan->count; i++) {
        struct bench_case *bench_case = &plan->cases[order[i]];
        struct block block = { .case_index = order[i],
                               .round = round,
                               .order = i };

        if (bench_case->unavailable[0] != '\0' ||
            (round + order[i]) % bench_case->every != 0)
            continue;
        int rc = block_run(sampler, bench_case, &block, samples);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Whether any case can still be measured, in this round or in a later one. */
static bool anything_left(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->cases[i].unavailable[0] == '\0')
            return true;
    return false;
}

static double left_s(const struct sampler *sampler, unsigned rounds,
                     double elapsed_s)
{
    double round_s = rounds > 0 ? elapsed_s / rounds : 0;
    double needed_s = round_s * sampler->rounds_at_least;
    double end_s = needed_s > sampler->budget_s ? needed_s : sampler->budget_s;

    return end_s > elapsed_s ? end_s - elapsed_s : 0;
}

int sampler_run(const struct sampler *sampler, struct plan *plan,
                struct samples *ret)
{
    size_t *order = calloc(plan->count + 1, sizeof(order[0]));
    if (order == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < plan->count; i++)
        order[i] = i;

    *ret = (struct samples){ .blocks = NULL };
    double begin_s = clock_s(CLOCK_MONOTONIC);
    int rc = 0;
    while (rc == 0 && anything_left(plan)) {
        double round_s = ret->rounds > 0 ? ret->seconds / ret->rounds : 0;

        if (ret->rounds >= sampler->rounds_at_least &&
            ret->seconds + round_s > sampler->budget_s)
            break;
        if (sampler->progress != NULL)
            sampler->progress(sampler->progress_arg, ret->rounds, ret->seconds,
                              left_s(sampler, ret->rounds, ret->seconds));
        rc = round_run(sampler, plan, order, ret);
        ret->seconds = clock_s(CLOCK_MONOTONIC) - begin_s;
    }
    free(order);

    if (rc == -EINTR) {
        ret->interrupted = *sampler->stop;
        return 0;
    }
    return rc;
}

void samples_free(struct samples *samples)
{
    for (size_t i = 0; i < samples->count; i++)
        rows_free(&samples->blocks[i].rows);
    free(samples->blocks);
    *samples = (struct samples){ .blocks = NULL };
}
