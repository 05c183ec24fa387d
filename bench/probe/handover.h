/* A block of hand-overs: a sender, which is the caller, and a receiver in a flow
 * of control of its own. */
#ifndef PROBE_HANDOVER_H
#define PROBE_HANDOVER_H

#include "channels.h"

#include <stddef.h>
#include <stdint.h>

/* From just before the sender writes the first byte of a batch until the
 * receiver has read the last one; by the same clock. */
struct handover_sample {
    uint64_t begin_ns, end_ns;
    int32_t error; /* errno; 0: none */
};

/* Of one thread, or of both sides. */
struct handover_counts {
    long faults, voluntary, involuntary;
};

/* In a shared mapping: what the receiver tells, and the samples. */
struct handover {
    struct post post;
    struct gate gate;
    uint64_t end_ns; /* of the batch that was finished last */
    struct handover_counts receiver;

    /* The sender's own. */
    size_t warmups, wanted, taken;
    size_t at_least; /* samples that count, whatever the budget */
    uint32_t batch;  /* messages a sample */
    uint64_t budget_ns;
    struct handover_counts counts; /* of both, over all samples that count */
    struct handover_sample samples[];
};

/* Opens the channel, starts a receiver on peer_cpu (-1: where we are), takes
 * the samples, sees the receiver end, and leaves nothing open. After an error
 * nothing more is sent: its sample is the last. 0 or that error as -errno. */
int handover_run(struct handover *handover, struct exchange *exchange,
                 int peer_cpu);

#endif
