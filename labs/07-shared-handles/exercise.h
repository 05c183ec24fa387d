/* Exercise 07: one open file, written by n workers. */
#ifndef EXERCISE_H
#define EXERCISE_H

#include <stddef.h>

/* Start n workers, n being at least 1: threads or child processes, as you like.
 * Worker i (0, 1, … n - 1) calls fill(i, record), which fills in `size` bytes,
 * and puts them into the file behind fd, from byte i * size on.
 *
 * fill may take long. So all n workers are inside it at the same time, each
 * with a record of its own.
 *
 * fd is open for reading and writing, without O_APPEND. Its offset may stand
 * anywhere; you may leave it anywhere. Its flags stay as they are, and it stays
 * open for the caller. The file may be shorter than n records, or longer: what
 * lies behind them stays. It may have no name.
 *
 *   0     all n records are in their places
 *   -1    a worker could not be made, or a record could not be written whole
 *
 * Either way, none of your workers is at work any more when you come back. */
int write_records(int fd, int n, size_t size,
                  void (*fill)(int i, char *record));

#endif
