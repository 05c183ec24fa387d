/* Exercise 05: start all, wait for all, and say who was done first.
 * Read exercise.h first. Write your answer here, then
 *
 *     scripts/lab check 05
 *
 * As it stands, nobody is started. */
#include "exercise.h"

int run_all(int n, void (*work)(int i), int *ret_order)
{
    (void)n;
    (void)work;
    (void)ret_order;
    return -1;
}
