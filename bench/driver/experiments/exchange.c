/* exchange: what does sharing save? The plan: a message of 8 bytes to 1 MiB
 * goes from one flow of control to another, one at a time (latency) and back
 * to back (bandwidth), between threads through a variable, between processes
 * in four ways. What follows from the rows is in exchange_conclude.c. */
#include "exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct exchange_channel exchange_channels[] = {
    { "variable", "variable", "variable", "threads: filled and read in place",
      "thread" },
    { "variable-again", "variable", "variable again",
      "the same once more: the noise floor", "control" },
    { "shared", "shared", "shared mapping",
      "processes: filled and read in place", "process" },
    { "pipe", "pipe", "pipe", "processes: filled; written; read", "process" },
    { "socket", "socket", "UNIX socket", "processes: filled; written; read",
      "process" },
    { "file", "file", "file", "processes: filled; written; announced; read",
      "process" },
    { "rank", "rank", "MPI message",
      "ranks: filled; sent; received; read; they wait awake", "rank" },
};
const size_t exchange_channels_count =
    sizeof(exchange_channels) / sizeof(exchange_channels[0]);

const struct exchange_placement exchange_placements[] = {
    { "other-cpu", "on two CPUs", "2 CPUs" },
    { "same-cpu", "on one CPU", "1 CPU" },
};
const size_t exchange_placements_count =
    sizeof(exchange_placements) / sizeof(exchange_placements[0]);

/* A batch is long enough that waking the receiver for its first message hardly
 * counts, and short enough for a block. */
const struct exchange_size exchange_sizes[] = {
    { 8, "8 B", 2048 },
    { 4096, "4 KiB", 128 },
    { 65536, "64 KiB", 16 },
    { 1048576, "1 MiB", 4 },
};
const size_t exchange_sizes_count =
    sizeof(exchange_sizes) / sizeof(exchange_sizes[0]);

const struct exchange_quantity exchange_quantities[] = {
    { "latency", "latency" },
    { "bandwidth", "stream" },
};
const size_t exchange_quantities_count =
    sizeof(exchange_quantities) / sizeof(exchange_quantities[0]);

const char exchange_other_host[] = "other-host";

static bool is_by_ranks(const struct exchange_channel *channel)
{
    return strcmp(channel->channel, "rank") == 0;
}

/* The baseline and the A/A control are measured whatever is asked for. */
static bool asked(const struct context *context,
                  const struct exchange_channel *channel)
{
    return strcmp(channel->channel, "variable") == 0 ||
           context_asked(context->options.cases, channel->name);
}

/* In a hurry one placement is measured well rather than two badly: the first
 * that there is, unless some were asked for, as two hosts are by a hostfile; and
 * no size that lies between. */
static void check_hurry(const struct context *context,
                        const struct exchange_size *size,
                        struct bench_case *added)
{
    enum { BETWEEN = 4096 };
    bool hurry = context->options.profile->level == PROFILE_QUICK;

    if (hurry && size->bytes == BETWEEN)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "not in the quick profile");
    if (hurry && strcmp(added->placement, exchange_placements[0].name) != 0 &&
        strcmp(added->placement, exchange_other_host) != 0 &&
        context->machine.other_cpu >= 0 && context->options.placement == NULL)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "not in the quick profile; ask for it with --placement");
}

static int add_case(const struct context *context, struct plan *plan,
                    const struct exchange_channel *channel,
                    const char *placement, const struct exchange_size *size,
                    const struct exchange_quantity *quantity)
{
    enum { SAMPLES = 20, WARMUPS = 3 };
    const struct profile *profile = context->options.profile;
    bool stream = strcmp(quantity->mode, "stream") == 0;
    struct bench_case *added = plan_add(plan);
    if (added == NULL)
        return -ENOMEM;

    snprintf(added->name, sizeof(added->name), "%s", channel->name);
    snprintf(added->label, sizeof(added->label), "%s", channel->label);
    snprintf(added->note, sizeof(added->note), "%s", channel->note);
    snprintf(added->family, sizeof(added->family), "%s", channel->family);
    snprintf(added->placement, sizeof(added->placement), "%s", placement);
    check_hurry(context, size, added);
    bench_case_parameter(added, 0, "bytes", "%lu", size->bytes);
    bench_case_parameter(added, 1, "quantity", "%s", quantity->name);

    if (is_by_ranks(channel)) {
        if (context->machine.other_cpu < 0 &&
            strcmp(placement, "other-cpu") == 0)
            bench_case_give_up(added, "only one core is usable");
        if (added->unavailable[0] == '\0')
            ranks_check(context, added);
        return 0; /* its command is that of a launch: see add_launch() */
    }

    int cpu, peer_cpu;
    experiment_place(&context->machine, added, &cpu, &peer_cpu);
    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(
            added,
            "exchange channel=%s bytes=%lu mode=%s messages=%u samples=%u "
            "warmup=%d budget_ms=%u cpu=%d peer_cpu=%d",
            channel->channel, size->bytes, quantity->mode, size->batch,
            SAMPLES * profile->effort, stream ? 1 : WARMUPS,
            (profile->block_ms + 3) / 4, cpu, peer_cpu);
    /* One word, whatever spaces it has; "" is where we are. */
    if (rc == 0)
        rc = bench_case_argument(added, "folder=%s",
                                 context->results[0] != '\0' ? context->results
                                                             : ".");
    return rc;
}

/* Two ranks on two hosts: not a placement that all channels have. */
static const struct exchange_channel two_hosts = {
    "rank-two-hosts", "rank", "MPI between two hosts",
    "half of a round trip; a stream until all was read", "rank"
};

/* All cases of ranks with that name are turns of one launch. */
static int add_launch(const struct context *context, struct plan *plan,
                      const char *name, const char *hosts)
{
    enum { TURN = 80, SAMPLES = 20, WARMUPS = 3 };
    const struct profile *profile = context->options.profile;
    char *turns = calloc(plan->count + 1, TURN);
    const char *between = "turns=";
    size_t used = 0;
    int rc = 0;

    if (turns == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_case *one = &plan->cases[i];
        size_t s = 0, q = 0;

        if (strcmp(one->name, name) != 0 || one->unavailable[0] != '\0')
            continue;
        while (s + 1 < exchange_sizes_count &&
               exchange_sizes[s].bytes !=
                   strtoul(bench_case_value(one, "bytes"), NULL, 10))
            s++;
        while (q + 1 < exchange_quantities_count &&
               strcmp(exchange_quantities[q].name,
                      bench_case_value(one, "quantity")) != 0)
            q++;
        used += (size_t)snprintf(turns + used, TURN, "%s%lu:%s:%u:%s", between,
                                 exchange_sizes[s].bytes,
                                 exchange_quantities[q].mode,
                                 exchange_sizes[s].batch, one->placement);
        between = ",";
    }
    struct bench_case *leader =
        ranks_lead(context, plan, name, NULL, "exchange", 2, hosts, &rc);
    if (leader != NULL && rc == 0)
        rc = bench_case_argument(leader, "%s", turns);
    if (leader != NULL && rc == 0)
        rc = bench_case_words(
            leader, "samples=%u warmup=%d budget_ms=%u cpu=%d peer_cpu=%d",
            SAMPLES * profile->effort, WARMUPS, (profile->block_ms + 3) / 4,
            context->machine.first_cpu, context->machine.other_cpu);
    free(turns);
    return rc;
}

static int add_two_hosts(const struct context *context, struct plan *plan)
{
    int rc = 0;

    if (context->ranks.two_hosts == NULL ||
        !context_asked(context->options.cases, two_hosts.channel))
        return 0;
    for (size_t q = 0; q < exchange_quantities_count; q++)
        for (size_t s = 0; s < exchange_sizes_count && rc == 0; s++)
            rc = add_case(context, plan, &two_hosts, exchange_other_host,
                          &exchange_sizes[s], &exchange_quantities[q]);
    return rc == 0 ? add_launch(context, plan, two_hosts.name,
                                context->ranks.two_hosts)
                   : rc;
}

static int add_placement(const struct context *context, struct plan *plan,
                         const char *placement)
{
    int rc = 0;

    for (size_t q = 0; q < exchange_quantities_count; q++)
        for (size_t s = 0; s < exchange_sizes_count; s++)
            for (size_t c = 0; c < exchange_channels_count && rc == 0; c++)
                if (asked(context, &exchange_channels[c]))
                    rc = add_case(context, plan, &exchange_channels[c],
                                  placement, &exchange_sizes[s],
                                  &exchange_quantities[q]);
    return rc;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    int rc = 0;

    for (size_t i = 0; i < exchange_placements_count && rc == 0; i++)
        if (context_asked(context->options.placement,
                          exchange_placements[i].name))
            rc = add_placement(context, ret, exchange_placements[i].name);
    if (rc == 0)
        rc = add_launch(context, ret, "rank", NULL);
    if (rc == 0)
        rc = add_two_hosts(context, ret);
    return rc < 0 ? failure_note(failure, rc, "cannot plan exchange") : 0;
}

/* The plan of everything has all the names there are. */
static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    return experiment_names(context, plan_make, ret_cases, ret_placements,
                            failure);
}

const struct experiment experiment_exchange = {
    .name = "exchange",
    .question = "what does sharing save?",
    .summary_columns = MEASURED_WORDS
    ",bytes,quantity," MEASURED_COLUMNS
    ",bandwidth_mb_s,bandwidth_low_mb_s,bandwidth_high_mb_s,faults,switches,"
    "filesystem,storage,failed,ratio,ratio_low,ratio_high,verdict,unavailable",
    .budget_s = { 1.3, 8, 45 },
    .rounds_at_least = { 10, 10, 10 },
    .by_ranks = true,
    .check = check,
    .plan = plan_make,
    .conclude = exchange_conclude,
};
