/* The stage, and the two functions by which everything in a trial reaches it:
 * trial_shared and trial_step. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, syscall */
#include "stage.h"

#include "impossible.h"
#include "trial.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct stage *stage_now;

void *trial_shared(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        impossible("shared memory (mmap)");

    return memory;
}

void stage_park(struct stage *stage)
{
    for (;;)
        syscall(SYS_futex, &stage->never, FUTEX_WAIT, 0, NULL, NULL, 0);
}

void stage_step(struct stage *stage)
{
    atomic_fetch_add(&stage->steps, 1);
}

/* Whoever makes one step too many is stopped here: a count, not a clock, ends
 * the exercise that calls back for ever. */
int trial_step(void)
{
    if (stage_now == NULL)
        return 0;

    int step = atomic_fetch_add(&stage_now->steps, 1);
    if (step >= stage_now->steps_limit)
        stage_park(stage_now);
    return step;
}
