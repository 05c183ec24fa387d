/* By single messages, all of them from rank 0 or to it; results as they come. */
#include "exercise.h"

long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to))
{
    int me, ranks;
    MPI_Comm_rank(comm, &me);
    MPI_Comm_size(comm, &ranks);
    long range[2] = { begin, end }, total = 0, other;
    for (int i = 1; me == 0 && i < ranks; i++)
        MPI_Send(range, 2, MPI_LONG, i, 0, comm);
    if (me != 0)
        MPI_Recv(range, 2, MPI_LONG, 0, 0, comm, MPI_STATUS_IGNORE);
    /* Every n-th number, each a part of its own. */
    for (long n = range[0] + me; n < range[1]; n += ranks)
        total += count(n, n + 1);
    if (me != 0) {
        MPI_Send(&total, 1, MPI_LONG, 0, 1, comm);
        MPI_Recv(&total, 1, MPI_LONG, 0, 2, comm, MPI_STATUS_IGNORE);
        return total;
    }
    for (int i = 1; i < ranks; i++) {
        MPI_Recv(&other, 1, MPI_LONG, MPI_ANY_SOURCE, 1, comm,
                 MPI_STATUS_IGNORE);
        total += other;
    }
    for (int i = 1; i < ranks; i++)
        MPI_Send(&total, 1, MPI_LONG, i, 2, comm);
    return total;
}
