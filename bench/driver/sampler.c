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

/* Takes text over. */
static int rows_read(const struct bench_case *bench_case, char *text,
                     struct rows *ret, struct failure *failure)
{
    return bench_case->read != NULL
               ? bench_case->read(bench_case, text, ret, failure)
               : rows_parse(text, ret, failure);
}

/* A case that fails is not tried again: the reason becomes its row. */
static int give_up(struct bench_case *bench_case, int rc,
                   const struct failure *failure)
{
    if (rc == -EINTR || rc == -ENOMEM)
        return rc;
    bench_case_give_up(bench_case, failure->text);
    bench_case->broken = true;
    return 0;
}

/* Keeps what the command printed about one case; takes text over. */
static int block_keep(struct bench_case *bench_case, char *text,
                      struct block *block, struct samples *samples)
{
    struct failure failure = { "" };
    int rc = rows_read(bench_case, text, &block->rows, &failure);
    if (rc < 0)
        return give_up(bench_case, rc, &failure);

    struct block *kept = block_add(samples);
    if (kept == NULL) {
        rows_free(&block->rows);
        return -ENOMEM;
    }
    *kept = *block;
    return 0;
}

/* One block of a case, and of those that share its command. */
static int block_run(const struct sampler *sampler, struct plan *plan,
                     struct block block, struct samples *samples)
{
    size_t leader = block.case_index;
    const struct bench_case *leading = &plan->cases[leader];
    double limit_s =
        leading->limit_s > 0 ? leading->limit_s : sampler->block_limit_s;
    double asleep_s = suspended_s();
    struct failure failure = { "" };
    struct command command;

    block.others_running = others_running();
    int rc =
        command_run(leading->argv, limit_s, sampler->stop, &command, &failure);
    if (suspended_s() - asleep_s > 1e-3)
        block.excluded = "suspended";
    int failed = rc;
    rc = 0;
    for (size_t i = 0; i < plan->count && rc == 0; i++) {
        struct bench_case *one = &plan->cases[i];

        if ((i != leader && one->within != leader + 1) ||
            one->unavailable[0] != '\0')
            continue;
        if (failed < 0) {
            rc = give_up(one, failed, &failure);
            continue;
        }
        char *text = strdup(command.out);
        block.case_index = i;
        rc = text != NULL ? block_keep(one, text, &block, samples) : -ENOMEM;
    }
    if (failed == 0)
        free(command.out);
    return rc;
}

static int round_run(const struct sampler *sampler, struct plan *plan,
                     size_t *order, struct samples *samples)
{
    unsigned round = samples->rounds++;

    statistics_shuffle(sampler->rng, order, plan->count);
    for (unsigned i = 0; i < plan->count; i++) {
        const struct bench_case *bench_case = &plan->cases[order[i]];
        struct block block = { .case_index = order[i],
                               .round = round,
                               .order = i };

        if (bench_case->unavailable[0] != '\0' || bench_case->within != 0 ||
            (round + order[i]) % bench_case->every != 0)
            continue;
        int rc = block_run(sampler, plan, block, samples);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Whether any case can still be measured, in this round or in a later one. */
static bool anything_left(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->cases[i].unavailable[0] == '\0' && plan->cases[i].within == 0)
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
