/* Earns: 1 of 3 ranks had nothing to count */
/* Rank 0 adds up, and does nothing else: with one rank, nobody counts. */
#include "exercise.h"

long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to))
{
    int me, ranks;
    MPI_Comm_rank(comm, &me);
    MPI_Comm_size(comm, &ranks);
    long range[2] = { begin, end };
    MPI_Bcast(range, 2, MPI_LONG, 0, comm);
    const long size = range[1] - range[0], n = ranks > 1 ? ranks - 1 : 1;
    const long mine = me > 0 || ranks == 1
                          ? count(range[0] + size * (me - (ranks > 1)) / n,
                                  range[0] + size * (me + (ranks == 1)) / n)
                          : 0;
    long total = 0;
    MPI_Allreduce(&mine, &total, 1, MPI_LONG, MPI_SUM, comm);
    return total;
}
