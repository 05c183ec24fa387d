/* Exercise 06: sums that come home in files. Read exercise.h first: it
 * says who has to do what, and what may be left afterwards. Write your
 * answer here, then
 *
 *     scripts/lab check 06
 *
 * As it stands, no child is made. */
#include "exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int sum_by_files(const char *folder, int n, int k, int (*number)(int i),
                 long *ret_sum)
{
    (void)folder;
    (void)n;
    (void)k;
    (void)number;
    (void)ret_sum;
    return -1;
}
