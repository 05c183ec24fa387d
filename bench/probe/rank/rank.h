/* What the measures of a rank share: who is there, and how those wait who have
 * nothing to do. A rank is started by a launcher (mpirun); rank 0 prints. */
#ifndef PROBE_RANK_H
#define PROBE_RANK_H

#include "../arguments.h"
#include "../table.h"

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

enum { RANK_HOST = 64, RANK_MESSAGE = 512, RANK_TURNS = 512 };

struct ranks {
    int me, count;
    int on_host;        /* how many ranks before me are on my host */
    uint64_t launch_ns; /* from the launcher's start until all ranks ran */
};

struct rank_measure {
    const char *name, *summary;
    const struct key *keys;
    /* All ranks call it. Rank 0 fills the table. 0 or -errno with the reason
     * in message (at most RANK_MESSAGE bytes): the same at every rank. */
    int (*run)(const struct ranks *ranks, const struct arguments *arguments,
               struct table *table, char *message);
};

extern const struct rank_measure rank_speedup;
extern const struct rank_measure rank_exchange;
extern const struct rank_measure rank_hosts;
extern const struct rank_measure rank_nothing;

/* Waits asleep until everybody has come here: a rank that waits inside the
 * library looks for messages again and again, on a CPU that others may need. */
void rank_meet(void);

/* The numbers 0 … count - 1 in a random order that all ranks know. */
void rank_shuffle(const struct ranks *ranks, int *order, int count);

/* Cuts "a:b:c" into at most `most` parts, in place. The number of parts. */
int rank_cut(char *text, char separator, char *parts[], int most);

/* At rank 0 of comm: where its ranks run now, as "alpha:0 alpha:1 beta:0". */
void rank_places(MPI_Comm comm, char *text, size_t size);

#endif
