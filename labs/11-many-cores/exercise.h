/* Exercise 11: one range, counted by several workers. */
#ifndef EXERCISE_H
#define EXERCISE_H

/* Have the numbers begin, begin + 1, … end - 1 counted by `workers` workers,
 * 1 or more: processes or threads, as you like; the caller may be one of them.
 * The range may be empty (begin == end); its numbers may be negative, or too
 * large for an int.
 *
 * count(from, to) looks at the numbers from, from + 1, … to - 1, and says how
 * many of them are of the kind that is counted; 0 if from >= to. Call it as often
 * as you like, for parts of any size: each number of the range is in exactly one
 * of them, and no other number is. The sum goes into *ret_total.
 *
 * count may take long. So if there are 100 numbers or more for each worker,
 * `workers` workers are inside it at the same time, no fewer and no more. If
 * there are fewer numbers, some workers may have nothing to do.
 *
 *   0     all numbers were counted, and *ret_total says how many it were
 *   -1    not all were counted: the system refused a worker or memory, or a
 *         worker's process was killed. *ret_total means nothing
 *
 * Either way, all your workers are gone when you come back. */
int count_range(long begin, long end, int workers,
                long (*count)(long from, long to), long *ret_total);

#endif
