/* Exercise 12: an operation that waits, in an interpreter with one big lock. */
#ifndef EXERCISE_H
#define EXERCISE_H

/* An interpreter and all its state belong to one thread at a time: to the one
 * that holds its lock. The check brings these functions; you call them. */
struct interpreter;

/* Waits until nobody else has the lock. It is no recursive lock. */
void interpreter_lock(struct interpreter *in);
void interpreter_unlock(struct interpreter *in);

/* State, and so only for the thread that holds the lock: how many calls there
 * have been, and the results they have pushed. */
long interpreter_calls(struct interpreter *in);
void interpreter_set_calls(struct interpreter *in, long calls);
void interpreter_push(struct interpreter *in, long value);

/* One operation of the interpreter. You write it.
 *
 * It is called with the lock held, and comes back with the lock held. It calls
 * wait_for(arg) once, pushes what that gives back, and counts one call more.
 *
 * wait_for may wait for very long, for a disk or a network, and does nothing to
 * the interpreter. So meanwhile other threads go on with it, and any number of
 * them may wait here at the same time. */
void op_read(struct interpreter *in, long (*wait_for)(void *arg), void *arg);

#endif
