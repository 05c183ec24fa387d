/* Exercise 11: split a range, count the parts side by side. Read
 * exercise.h first: it says what each number is owed, and who may be
 * a worker. Write your answer here, then
 *
 *     scripts/lab check 11
 *
 * As it stands, nothing is counted. */
#include "exercise.h"

int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total)
{
    (void)begin;
    (void)end;
    (void)workers;
    (void)count;
    (void)ret_total;
    return -1;
}
