/* xorshift, one step after the other; and all steps at once. Each step is linear
 * over bits (shifts and exclusive or), so that n steps are the n-th power of one
 * matrix of 64 x 64 bits, which takes no longer for many steps than for few.
 * Source: Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8:14
 * (2003): the shifts 13, 7, 17, and the matrix. */
#include "task.h"

static inline uint64_t step(uint64_t x)
{
    x ^= x << 13;
    x ^= x >> 7;
    return x ^ (x << 17);
}

void task_do(struct task *task)
{
    uint64_t x = task->seed;

    for (uint64_t i = 0; i < task->steps; i++)
        x = step(x);
    task->result = x;
}

uint64_t task_expected(const struct task_matrix *matrix, uint64_t seed)
{
    uint64_t result = 0;

    for (unsigned bit = 0; bit < 64; bit++)
        if ((seed >> bit & 1) != 0)
            result ^= matrix->column[bit];
    return result;
}

/* First `before`, then `after`. */
static struct task_matrix product(const struct task_matrix *after,
                                  const struct task_matrix *before)
{
    struct task_matrix both;

    for (unsigned bit = 0; bit < 64; bit++)
        both.column[bit] = task_expected(after, before->column[bit]);
    return both;
}

void task_foresee(uint64_t steps, struct task_matrix *ret)
{
    struct task_matrix power; /* 1, 2, 4, 8 … steps */

    for (unsigned bit = 0; bit < 64; bit++) {
        ret->column[bit] = UINT64_C(1) << bit;
        power.column[bit] = step(UINT64_C(1) << bit);
    }
    for (; steps > 0; steps /= 2) {
        if (steps % 2 == 1)
            *ret = product(&power, ret);
        if (steps > 1)
            power = product(&power, &power);
    }
}
