/* A bound on waiting for a token. Without a limit in the waiting calls, which
 * would be part of what they cost: a signal's handler puts RELAY_LOST where
 * the waiting side looks for the token, so that it cannot come too early. */
#ifndef PROBE_WATCH_H
#define PROBE_WATCH_H

#include "relay.h"

#include <signal.h>

struct watch {
    struct sigaction child, alarm; /* as they were before */
};

/* From now on our side of the relay is told that all is lost when a child
 * ends, or after limit_s seconds. One relay at a time; it is shared memory. */
void watch_begin(struct watch *watch, struct relay *relay, int limit_s);
void watch_end(const struct watch *watch);

#endif
