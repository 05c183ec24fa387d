/* A task of a chosen length: pure CPU work that nobody can leave out unnoticed,
 * since its result is known beforehand by another way. */
#ifndef PROBE_TASK_H
#define PROBE_TASK_H

#include <stdint.h>

/* What one worker is given. Whoever shall see the result shares this memory. */
struct task {
    uint64_t seed; /* not 0 */
    uint64_t steps;
    uint64_t result; /* 0: not done; no task has this result */
};

/* Does it: `steps` steps of xorshift, each waiting for the one before. */
void task_do(struct task *task);

/* Every task of so many steps, as a matrix over bits: column i is what becomes
 * of bit i. */
struct task_matrix {
    uint64_t column[64];
};

/* Takes some 0.1 ms, whatever the steps. */
void task_foresee(uint64_t steps, struct task_matrix *ret);

/* What a task of that many steps must result in. */
uint64_t task_expected(const struct task_matrix *matrix, uint64_t seed);

#endif
