/* Exercise 16: one range, counted by ranks that share nothing. */
#ifndef EXERCISE_H
#define EXERCISE_H

#include <mpi.h>

/* Every rank of comm calls this, each in a process of its own, on one machine or
 * on many. MPI has been initialised; it is not yours to finalise.
 *
 * begin, end   the range: the numbers begin, begin + 1, … end - 1. On rank 0. On
 *              all others the two hold something, and it means nothing. The
 *              range may be empty (begin == end); its numbers may be negative,
 *              or too large for an int
 * count        count(from, to) looks at the numbers from, from + 1, … to - 1,
 *              and says how many of them are of the kind that is counted; 0 if
 *              from >= to. Each number of the range is in exactly one part, of
 *              one rank; no other number is in any
 *
 * count may take long. So if there are 100 numbers or more for each rank, all
 * ranks are inside it at the same time. If there are fewer numbers, some ranks
 * may have nothing to do. There may be one rank alone.
 *
 * Gives back how many of the whole range it were: the same number on every
 * rank. All that was sent has been received when it comes back. */
long count_by_ranks(MPI_Comm comm, long begin, long end,
                    long (*count)(long from, long to));

#endif
