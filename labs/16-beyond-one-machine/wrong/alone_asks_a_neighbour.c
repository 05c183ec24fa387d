/* Earns: A deadlock with one rank alone */
/* All partners swap; with one rank there is none. */
#include "exercise.h"

long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to))
{
    int me, ranks;
    MPI_Comm_rank(comm, &me);
    MPI_Comm_size(comm, &ranks);
    long range[2] = { begin, end };
    MPI_Bcast(range, 2, MPI_LONG, 0, comm);
    const long size = range[1] - range[0];
    const long mine =
        count(range[0] + size * me / ranks, range[0] + size * (me + 1) / ranks);
    long total = mine, other;
    if (me == 0) {
        int i = 1;
        do {
            MPI_Recv(&other, 1, MPI_LONG, MPI_ANY_SOURCE, 0, comm,
                     MPI_STATUS_IGNORE);
            total += other;
        } while (++i < ranks);
    } else {
        MPI_Send(&mine, 1, MPI_LONG, 0, 0, comm);
    }
    MPI_Bcast(&total, 1, MPI_LONG, 0, comm);
    return total;
}
