/* Ways to hand a message to another flow of control. A channel is a row: how
 * it is opened, how a message is sent, how it is received. Whatever the
 * channel, the sender first writes every byte of the message, and the receiver
 * at the end has read every byte and knows whether it is the right one. */
#ifndef PROBE_CHANNELS_H
#define PROBE_CHANNELS_H

#include "post.h"
#include "worker.h"

#include <stddef.h>
#include <stdint.h>

/* Received instead of a message, when the sender wants no more. */
enum { CHANNEL_END = 1 };

struct exchange {
    const struct channel *channel;
    struct post *post;
    size_t bytes;       /* of a message; a multiple of 8 */
    uint32_t slots;     /* room between the two: messages, a power of two */
    const char *folder; /* for files */
    uint64_t *slot;     /* variable, shared: the messages' places */
    int fd[2];          /* receive from, send to; -1: none */

    /* Each side's own. */
    uint64_t *own;  /* what it sends from or receives into */
    uint32_t known; /* the other side's count, when last looked at */
};

struct channel {
    const char *name;
    const struct worker_kind *receiver; /* the kind of the other side */
    bool needs_folder;
    /* Before there is a receiver. 0 or -errno. */
    int (*open)(struct exchange *exchange);
    /* The sender makes message `number` (0, 1, …) and hands it over. 0 or
     * -errno: ETIMEDOUT past the deadline, EPIPE when nobody receives. */
    int (*send)(struct exchange *exchange, uint32_t number);
    /* The receiver waits for message `number` and reads it. 0, CHANNEL_END, or
     * -errno: EBADMSG when it is not what was sent, EPROTO when it is cut. */
    int (*receive)(struct exchange *exchange, uint32_t number);
};

/* The row of that name, or NULL. */
const struct channel *channel_find(const char *name);

/* One side's preparations, in its own flow of control. 0 or -errno. */
int channel_begin(struct exchange *exchange, bool sends);

/* The sender lets the receiver go home; then nothing is left open. */
void channel_stop(struct exchange *exchange);
void channel_close(struct exchange *exchange);

#endif
