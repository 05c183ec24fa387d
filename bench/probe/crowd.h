/* Workers that are created one after the other and stay, asleep at a gate, until
 * all are sent home. */
#ifndef PROBE_CROWD_H
#define PROBE_CROWD_H

#include "shared.h"
#include "worker.h"

#include <stdbool.h>
#include <stdint.h>

enum { CROWD_MOST = 32768, CROWD_POINTS = 16 };

/* Why no more were created. */
enum stop { STOP_NONE, STOP_REFUSED, STOP_MEMORY, STOP_TIME, STOP_ENDED };

/* One creation. */
struct record {
    uint64_t returned_ns, parked_ns;
    struct worker worker; /* what joining it needs */
};

/* A count at which we look closer. All the memory there is, and our share of
 * it, in KiB; below 0: unknown. */
struct point {
    unsigned alive;
    double available_kib, pss_kib;
};

/* All of it lies in a shared mapping: a private page that we write after a fork
 * would be copied, and counted as the worker's. */
struct crowd {
    struct gate gate;
    const struct worker_kind *kind;
    unsigned wanted, started;
    uint64_t end_ns;
    long most_kib;       /* of memory that they may take */
    struct point before; /* the first */
    enum stop stop;
    int error;     /* of the refused creation */
    bool deserted; /* somebody was not asleep when all were sent home */
    unsigned points;
    struct point point[CROWD_POINTS];
    struct record record[];
};

/* An empty crowd with room for so many; NULL with errno set (ENOMEM, EAGAIN).
 * The caller sets kind, wanted, end_ns, most_kib and points. */
struct crowd *crowd_new(unsigned room);

/* Creates one more worker and waits until it has gone to sleep; false, and
 * stop says why, if there is no further one. */
bool crowd_add(struct crowd *crowd);

/* Creates workers until there are as many as wanted, or a limit is reached. */
void crowd_grow(struct crowd *crowd);

/* Sends everybody home and waits until all are gone. */
void crowd_disband(struct crowd *crowd);

/* Our share of memory, and theirs if they are processes, in KiB; below 0 where
 * that is not told. */
double crowd_pss_kib(const struct crowd *crowd);

#endif
