/* A gate is one word with a futex behind it, not a private one: processes wait
 * here like threads. The bitset is a mark for the judge's census (task.c); to
 * a wake-up, all are equal. */
#define _GNU_SOURCE /* syscall */
#include "gate.h"

#include "stage.h"
#include "trial.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

void gate_wait(struct gate *gate)
{
    atomic_fetch_add(&gate->waiting, 1);
    trial_step();
    while (atomic_load(&gate->open) == 0)
        syscall(SYS_futex, &gate->open, FUTEX_WAIT_BITSET, 0, NULL, NULL,
                STAGE_HELD);
    atomic_fetch_sub(&gate->waiting, 1);
}

void gate_open(struct gate *gate)
{
    atomic_store(&gate->open, 1);
    syscall(SYS_futex, &gate->open, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void gate_shut(struct gate *gate)
{
    atomic_store(&gate->open, 0);
}

int gate_waiting(struct gate *gate)
{
    return atomic_load(&gate->open) != 0 ? 0 : atomic_load(&gate->waiting);
}

int gate_release(struct gate *gate)
{
    int waiting = gate_waiting(gate);

    if (waiting > 0)
        gate_open(gate);
    return waiting;
}
