/* Earns: n ranks, n times the work */
/* The same program everywhere, and nobody asks who it is. */
#include "exercise.h"

long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to))
{
    int me, ranks;
    MPI_Comm_rank(comm, &me);
    MPI_Comm_size(comm, &ranks);
    long range[2] = { begin, end };
    MPI_Bcast(range, 2, MPI_LONG, 0, comm);
    (void)me;
    (void)ranks;
    return count(range[0], range[1]);
}
