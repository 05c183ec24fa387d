/* What a sender and a receiver share beside their messages: counts that one
 * raises and the other one waits for, and what a message looks like. */
#ifndef PROBE_POST_H
#define PROBE_POST_H

#include "shared.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A count that one side raises and the other one waits for. */
struct bell {
    _Alignas(SHARED_PADDING) _Atomic uint32_t count;
    _Atomic uint32_t asleep_at; /* somebody slept last at this count */
};

/* In a shared mapping, even between two threads: one path for both. */
struct post {
    struct bell sent, received; /* messages; not for pipes and sockets */
    struct bell finished;       /* batches; raised by the receiver */
    _Atomic uint32_t stop;      /* the sender wants no more */
    _Atomic int32_t error;      /* errno of the receiver; 0: none */

    /* Set before there is a receiver. */
    bool is_process;      /* the receiver is one, which may be killed */
    uint64_t deadline_ns; /* the sender waits no longer */
};

/* Raises the count by one and wakes who sleeps. */
void bell_ring(struct bell *bell);

/* The sender's waiting until the count is no longer `value`. 0, or -errno: the
 * receiver's; ECHILD when it is gone; ETIMEDOUT past the deadline. */
int bell_await(const struct post *post, struct bell *bell, uint32_t value);

/* The receiver's: without a limit, since a sender always rings at the end and
 * takes its receiver along when it dies. Returns the count. */
uint32_t bell_await_always(struct bell *bell, uint32_t value);

/* A receiver that gives up tells why, so that nobody waits for it. */
void post_give_up(struct post *post, int error);

/* Message `number`: every word differs from its neighbours and from the same
 * word of the message before. message_check: 0 or -EBADMSG. */
void message_fill(uint64_t *words, size_t bytes, uint32_t number);
int message_check(const uint64_t *words, size_t bytes, uint32_t number);

#endif
