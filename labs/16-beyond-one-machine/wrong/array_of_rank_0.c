/* Earns: Your code crashed: SIGSEGV */
/* Rank 0 makes the array, and everybody writes into it: into which? */
#include "exercise.h"

#include <stdlib.h>

static long *found;

long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to))
{
    int me, ranks;
    MPI_Comm_rank(comm, &me);
    MPI_Comm_size(comm, &ranks);
    if (me == 0)
        found = calloc((size_t)ranks, sizeof(*found));
    long range[2] = { begin, end };
    MPI_Bcast(range, 2, MPI_LONG, 0, comm);
    const long size = range[1] - range[0];
    found[me] = count(range[0] + size * me / ranks,
                      range[0] + size * (me + 1) / ranks);
    MPI_Barrier(comm);
    long total = 0;
    for (int i = 0; i < ranks; i++)
        total += found[i];
    free(found);
    return total;
}
