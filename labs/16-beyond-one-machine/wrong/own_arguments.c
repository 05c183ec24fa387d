/* Earns: nothing is shared, so the others have to be told */
/* Takes its own arguments for the range. */
#include "exercise.h"

long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to))
{
    int me, ranks;
    MPI_Comm_rank(comm, &me);
    MPI_Comm_size(comm, &ranks);
    const long size = end - begin;
    const long mine =
        count(begin + size * me / ranks, begin + size * (me + 1) / ranks);
    long total = 0;
    MPI_Allreduce(&mine, &total, 1, MPI_LONG, MPI_SUM, comm);
    return total;
}
