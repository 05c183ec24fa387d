/* Exercise 02: one array, filled by n threads. */
#ifndef EXERCISE_H
#define EXERCISE_H

/* Start n threads, n being at least 1. Thread i (0, 1, … n - 1) calls value(i)
 * and stores what that gives in slots[i].
 *
 * value may take long. So all n threads are inside it at the same time; none
 * waits until another has finished.
 *
 *   0     all n slots are filled
 *   -1    the system made fewer than n threads, or had no memory for you
 *
 * Either way, none of your threads is at work any more when you come back: the
 * caller is free to use its slots as it likes. */
int fill_slots(int *slots, int n, int (*value)(int i));

#endif
