/* Earns: was sent, and nobody has received it */
/* A last message to say that it is done, for which nobody asks. */
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
    MPI_Request request;
    long total = 0;
    static long done;
    MPI_Allreduce(&mine, &total, 1, MPI_LONG, MPI_SUM, comm);
    if (me != 0)
        MPI_Isend(&done, 1, MPI_LONG, 0, 9, comm, &request);
    return total;
}
