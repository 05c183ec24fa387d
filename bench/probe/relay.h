/* One token, handed to and fro between two flows of control: by pipe or by
 * futex. A means is a row of a table. The same code, with the same system
 * calls, serves threads and processes, and a flow that is alone. */
#ifndef PROBE_RELAY_H
#define PROBE_RELAY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum relay_side { RELAY_OURS, RELAY_PEER };

/* Tokens are numbered from 1 on; these two are none. */
static const uint32_t RELAY_LOST = UINT32_MAX, RELAY_STOP = UINT32_MAX - 1;

struct relay {
    const struct relay_means *means;
    _Alignas(128) _Atomic uint32_t word; /* the futex: the last token */
    _Atomic int lost; /* errno: why nothing will come (watch.h); 0 */
    /* By side: where to take a token from, where to put one. */
    int in[2], out[2];
};

struct relay_means {
    const char *name;
    /* Untimed. alone: there is no peer, what goes out comes in. 0 or -errno. */
    int (*open)(struct relay *relay, bool alone);
    /* Hands token number `number` over; it is the one after the last. */
    void (*hand)(struct relay *relay, enum relay_side side, uint32_t number);
    /* Sleeps until there is a token after `number - 1`, and returns it: number
     * itself, or what else came; RELAY_LOST when nothing can come. */
    uint32_t (*take)(struct relay *relay, enum relay_side side,
                     uint32_t number);
    /* Puts RELAY_LOST or RELAY_STOP in the way of the other side, whatever it
     * does: it will take that. May be called in a signal's handler. */
    void (*tell)(struct relay *relay, enum relay_side side, uint32_t token);
    void (*close)(struct relay *relay);
};

/* The row of that name, or NULL. */
const struct relay_means *relay_find(const char *name);

#endif
