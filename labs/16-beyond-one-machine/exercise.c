/* Exercise 16: split a range over ranks, and bring the sum home to
 * everybody. Read exercise.h first: it says who knows the range.
 * Write your answer here, then
 *
 *     scripts/lab check 16
 *
 * As it stands, nothing is counted. */
#include "exercise.h"

long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to))
{
    (void)comm;
    (void)begin;
    (void)end;
    (void)count;
    return -1;
}
