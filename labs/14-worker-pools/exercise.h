/* Exercise 14: a bounded queue, and a pool of workers that live on it. */
#ifndef EXERCISE_H
#define EXERCISE_H

/* At most `capacity` items are in it; the oldest comes out first. Any number of
 * threads may use it at the same time. Whoever has to wait sleeps. */
struct queue;

/* An empty queue, or NULL: no memory. capacity is at least 1. */
struct queue *queue_open(int capacity);

/* Waits while the queue is full. 0: the item is in; -1: the queue was closed,
 * and the item is not in. */
int queue_put(struct queue *q, int item);

/* Waits while the queue is empty and not closed. 0: *ret_item is the item;
 * -1: the queue is closed and empty. What is in it when it is closed still
 * comes out. */
int queue_take(struct queue *q, int *ret_item);

/* Nothing more comes: all who wait, for an item or for room, come back.
 * Called once. */
void queue_close(struct queue *q);

/* Gives the memory back. Nobody uses the queue any more. */
void queue_free(struct queue *q);

/* Has task(0), task(1), … task(tasks - 1) called, each exactly once, by a pool
 * of `workers` threads, which get the numbers through a queue with `capacity`
 * places. The caller's own thread calls no task.
 *
 * A task may take long. While enough of them are left, `workers` are in hand;
 * whoever has finished one gets the next, whatever the others do.
 *
 *   0     all tasks are done
 *   -1    fewer than `workers` threads could be made, or there was no memory;
 *         then some tasks may not have been done
 *
 * Either way, all of your threads have ended when you come back. workers and
 * capacity are at least 1, tasks may be 0. */
int run_pool(int workers, int capacity, int tasks, void (*task)(int i));

#endif
