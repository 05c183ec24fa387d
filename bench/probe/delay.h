/* A busy wait of known length: what `bench selftest` has to find again. It
 * begins with the reading that would have ended the sample, so what was added
 * is known to the nanosecond, and a sample without a delay is what it always
 * was. A wait changes what the next creation costs (fork: by a per cent or
 * two), hence the wait after the sample: for the one to be compared with. */
#ifndef PROBE_DELAY_H
#define PROBE_DELAY_H

#include "clock.h"

#include <stdbool.h>
#include <stdint.h>

struct delay {
    uint64_t ns;
    unsigned percent; /* of what the sample has taken so far */
    bool within;      /* the sample ends after the wait, not before */
};

static inline bool delay_is_none(const struct delay *delay)
{
    return delay->ns == 0 && delay->percent == 0;
}

/* Waits after a sample from begin_ns to end_ns. Returns when it ends now. */
static inline uint64_t delay_wait(const struct delay *delay, uint64_t begin_ns,
                                  uint64_t end_ns)
{
    uint64_t until_ns =
        end_ns + delay->ns + (end_ns - begin_ns) * delay->percent / 100;
    uint64_t now_ns = clock_now_ns();

    while (now_ns < until_ns)
        now_ns = clock_now_ns();
    return now_ns;
}

#endif
