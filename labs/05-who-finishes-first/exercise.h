/* Exercise 05: all at once, and who was done first? */
#ifndef EXERCISE_H
#define EXERCISE_H

/* Start n workers, n being at least 1: threads or processes, as you like.
 * Worker i (0, 1, … n - 1) calls work(i), once. work may take long, so all n are
 * inside it at the same time. Wait until all have come out of it.
 *
 * ret_order has room for n numbers, and only your caller's process sees it.
 * ret_order[0] is the worker that was the first to come out of work,
 * ret_order[n - 1] the one that was the last. Two that come out at about
 * the same moment may stand in either order.
 *
 *   0     all have worked, and ret_order is filled
 *   -1    the system made fewer than n workers, or had no memory for you
 *
 * Either way, none of your workers is at work any more when you come back, and
 * no child of yours has been left unwaited for. The caller has no others. */
int run_all(int n, void (*work)(int i), int *ret_order);

#endif
