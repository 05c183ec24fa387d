/* Exercise 01: one task, in a process of its own. */
#ifndef EXERCISE_H
#define EXERCISE_H

enum { NO_CHILD = -1000 };

/* Run task() in a child process, wait until that child has ended, and say how
 * it went:
 *
 *   0 … 255    the low eight bits of what task() returned
 *   -N         signal N ended the child (signals have numbers below 100)
 *   NO_CHILD   the system made no child; task() has not run at all
 *
 * The caller may have other children; leave those alone. When you come back,
 * your child is gone. Text that the caller had printed before the call comes
 * out once, even if it was still waiting in stdio's buffer. */
int run_in_child(int (*task)(void));

#endif
