/* Earns: leaves a rest of 1: whose numbers are those? */
/* A division without its rest. */
#include "exercise.h"

long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to))
{
    int me, ranks;
    MPI_Comm_rank(comm, &me);
    MPI_Comm_size(comm, &ranks);
    long range[2] = { begin, end };
    MPI_Bcast(range, 2, MPI_LONG, 0, comm);
    const long each = (range[1] - range[0]) / ranks;
    const long mine = count(range[0] + each * me, range[0] + each * (me + 1));
    long total = 0;
    MPI_Allreduce(&mine, &total, 1, MPI_LONG, MPI_SUM, comm);
    return total;
}
