/* Exercise 10: what is copied after a fork, and when? */
#ifndef EXERCISE_H
#define EXERCISE_H

enum { SLACK = 64 };

/* Fork a child that calls touch(arg), once. Say how many pages the system
 * copied because of what touch wrote there.
 *
 *   0, 1, …   so many pages; each counts once, however often it is written.
 *             Up to SLACK more or fewer do not matter: a child writes to its
 *             stack and to the C library's data as well
 *   -1        the system made no child, or touch did not come to its end
 *
 * All memory that touch uses is the caller's alone (private, and in no huge
 * page), and was filled before you were called. The caller calls you again and
 * again; each call counts its own child. When you come back, that child has
 * ended and is no zombie, and the caller's memory is as it was. */
long pages_copied(void (*touch)(void *arg), void *arg);

#endif
