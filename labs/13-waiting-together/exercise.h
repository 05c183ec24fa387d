/* Exercise 13: many requests that wait for long, served by a bounded number of
 * workers. */
#ifndef EXERCISE_H
#define EXERCISE_H

/* Have handle(0), handle(1), … handle(requests - 1) called, each exactly once;
 * the order is up to you. handle() waits for long, and for some requests much
 * longer than for others.
 *
 * While that many are left, exactly `width` requests are in hand: when one is
 * done, the next begins, however long the others still take.
 *
 * Workers may be threads or processes. At no time are there more than `width`
 * that you have made; your caller's own thread, if it calls handle(), is one
 * more that has a request in hand.
 *
 *   0     all requests have been served
 *   -1    a worker could not be made, or there was no memory for you; then
 *         some of the requests may not have been served
 *
 * Either way, nobody is at work any more when you come back, and nothing is
 * left behind. width is at least 1; requests may be less than width, or 0. */
int serve(int requests, int width, void (*handle)(int request));

#endif
