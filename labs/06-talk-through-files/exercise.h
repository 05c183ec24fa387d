/* Exercise 06: k children add up, and their sums come home in files. */
#ifndef EXERCISE_H
#define EXERCISE_H

/* Add up n numbers, n being at least 0, with k child processes, k at least 1.
 *
 * number(i) gives the i-th number (0, 1, … n - 1), and may take long. Share the
 * indices out among the children, about as many for each; every number is asked
 * for once, by a child, and all k children are at work at the same time. (Where
 * there is not enough for all, some have nothing to do, or are not made.)
 *
 * Each child leaves the sum of its share in a file in `folder`. You add up what
 * the files say.
 *
 *   0     *ret_sum is the sum of all n numbers; it fits in a long, and may be
 *         too large for an int
 *   -1    there is no sum, and *ret_sum stays as it was: a child could not be
 *         made, was ended by a signal, or could not write all of its file
 *
 * Either way, when you come back your children are gone, and so are your files.
 * What else lies in `folder` is not yours, whatever its name: it stays. */
int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum);

#endif
