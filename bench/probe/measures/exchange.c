/* exchange: messages of some bytes, handed to a receiver in a flow of control
 * of its own, a process or a thread. One way: from just before the sender
 * writes the first byte of a message until the receiver has read, and checked,
 * the last one. What tells the sender so is not part of it. In mode=latency a
 * sample is one message, in mode=stream many of them back to back. */
#include "../errors.h"
#include "../handover.h"
#include "../measures.h"
#include "../pin.h"
#include "../storage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    SAMPLES_AT_LEAST = 3, /* of mode=latency; a batch is many messages */
    ROOM_BYTES = 65536    /* as much as a pipe holds; two messages at least */
};

/* ---- The tables ---- */

static void print_samples(const struct handover *handover, struct table *table)
{
    table_begin(table, "index,warmup,messages,elapsed_ns,handover_ns,error");
    for (size_t i = 0; i < handover->taken; i++) {
        const struct handover_sample *sample = &handover->samples[i];
        uint64_t elapsed_ns = sample->end_ns - sample->begin_ns;

        table_number(table, i);
        /* A refusal counts, whenever it comes. */
        table_number(table, i < handover->warmups && sample->error == 0);
        table_number(table, handover->batch);
        if (sample->error == 0) {
            table_number(table, elapsed_ns);
            table_real(table, (double)elapsed_ns / handover->batch);
        } else {
            table_empty(table);
            table_empty(table);
        }
        table_text(table, error_name(sample->error));
        table_end(table);
    }
}

static void print_share(struct table *table, long count, double messages)
{
    if (messages > 0)
        table_real(table, (double)count / messages);
    else
        table_empty(table);
}

static void print_facts(const struct handover *handover,
                        const struct exchange *exchange, struct table *table)
{
    struct storage storage = { .filesystem = "", .where = "" };
    size_t samples = handover->taken > handover->warmups
                         ? handover->taken - handover->warmups
                         : 0;
    double messages = (double)samples * handover->batch;

    if (exchange->channel->needs_folder)
        (void)storage_of(exchange->folder, &storage);
    fputc('\n', table->out);
    table_begin(table, "samples,faults,voluntary_switches,"
                       "involuntary_switches,filesystem,storage");
    table_number(table, samples);
    print_share(table, handover->counts.faults, messages);
    print_share(table, handover->counts.voluntary, messages);
    print_share(table, handover->counts.involuntary, messages);
    table_text(table, storage.filesystem);
    table_text(table, storage.where);
    table_end(table);
}

/* ---- The measure ---- */

static int read_words(const struct arguments *arguments,
                      struct exchange *exchange, bool *ret_stream,
                      char *message)
{
    const char *name = arguments_word(arguments, "channel");
    const char *mode = arguments_word(arguments, "mode");

    exchange->channel = channel_find(name);
    if (exchange->channel == NULL) {
        snprintf(message, MEASURE_MESSAGE,
                 "channel=%.40s: give variable, shared, pipe, socket or file",
                 name);
        return -EINVAL;
    }
    *ret_stream = strcmp(mode, "stream") == 0;
    if (!*ret_stream && strcmp(mode, "latency") != 0) {
        snprintf(message, MEASURE_MESSAGE, "mode=%.40s: give latency or stream",
                 mode);
        return -EINVAL;
    }
    exchange->bytes = (size_t)arguments_number(arguments, "bytes");
    if (exchange->bytes % sizeof(uint64_t) != 0) {
        snprintf(message, MEASURE_MESSAGE, "bytes=%zu: give a multiple of 8",
                 exchange->bytes);
        return -EINVAL;
    }
    exchange->folder = arguments_word(arguments, "folder");
    exchange->slots = 1;
    while (*ret_stream && (exchange->slots < 2 ||
                           2 * exchange->slots * exchange->bytes <= ROOM_BYTES))
        exchange->slots *= 2;
    return 0;
}

static int handover_make(const struct arguments *arguments, bool stream,
                         struct handover **ret, char *message)
{
    size_t warmups = (size_t)arguments_number(arguments, "warmup");
    size_t wanted = (size_t)arguments_number(arguments, "samples");
    struct handover *handover = shared_map(
        sizeof(*handover) + (warmups + wanted) * sizeof(handover->samples[0]));

    if (handover == NULL)
        return error_say(message, errno, "no memory for the samples");
    handover->warmups = warmups;
    handover->wanted = wanted;
    handover->batch =
        stream ? (uint32_t)arguments_number(arguments, "messages") : 1;
    handover->at_least = stream ? 1 : SAMPLES_AT_LEAST;
    handover->budget_ns =
        (uint64_t)arguments_number(arguments, "budget_ms") * 1000000U;
    *ret = handover;
    return 0;
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    struct exchange exchange = { .fd = { -1, -1 } };
    struct handover *handover = NULL;
    bool stream;
    int rc = read_words(arguments, &exchange, &stream, message);
    if (rc == 0)
        rc = handover_make(arguments, stream, &handover, message);
    if (rc < 0)
        return rc;

    rc = pin_as_asked(arguments, message);
    if (rc < 0)
        return rc;
    rc = handover_run(handover, &exchange,
                      (int)arguments_number(arguments, "peer_cpu"));
    if (exchange.channel->needs_folder && handover->taken == 0 &&
        (rc == -ENOENT || rc == -ENOTDIR))
        return error_say(message, -rc, "folder=%.200s", exchange.folder);
    /* What was refused before the first sample is a row, too. */
    if (rc != 0 && handover->taken == 0)
        handover->samples[handover->taken++].error = -rc;
    print_samples(handover, table);
    print_facts(handover, &exchange, table);
    return 0;
}

static const struct key keys[] = {
    { "channel", NULL, 0, 0, "variable, shared, pipe, socket or file" },
    { "bytes", NULL, 8, 67108864, "of a message; a multiple of 8" },
    { "mode", "latency", 0, 0, "latency: one at a time; stream: back to back" },
    { "messages", "64", 1, 1000000, "a sample, in mode=stream" },
    { "samples", "20", 1, 1000000, "to take, at most" },
    { "warmup", "3", 0, 1000, "unmeasured samples before them" },
    { "budget_ms", "600000", 1, 600000,
      "stop after this time (3 samples at least, or a batch)" },
    { "cpu", "-1", -1, 1023, "pin the sender to this CPU; -1: do not" },
    { "peer_cpu", "-1", -1, 1023,
      "pin the receiver to this one; -1: where the sender is" },
    { "folder", ".", 0, 0, "where the file lies" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_exchange = {
    "exchange", "handing a message to another flow of control", keys, run
};
