/* Shared mappings, and the starting gate: one atomic word with a futex behind
 * it. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, syscall */
#include "shared.h"

#include "kernel.h"

#include <string.h>
#include <sys/mman.h>

void *shared_map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;

    memset(memory, 0, bytes);
    return memory;
}

enum gate_state gate_pass(struct gate *gate)
{
    atomic_fetch_add(&gate->arrived, 1);
    kernel_futex_wake_all(&gate->arrived);

    uint32_t state = atomic_load(&gate->state);
    while (state == GATE_WAIT) {
        kernel_futex_wait(&gate->state, GATE_WAIT);
        state = atomic_load(&gate->state);
    }
    return (enum gate_state)state;
}

void gate_await(struct gate *gate, uint32_t workers)
{
    uint32_t arrived = atomic_load(&gate->arrived);
    while (arrived < workers) {
        kernel_futex_wait(&gate->arrived, arrived);
        arrived = atomic_load(&gate->arrived);
    }
}

void gate_set(struct gate *gate, enum gate_state state)
{
    atomic_store(&gate->state, (uint32_t)state);
    kernel_futex_wake_all(&gate->state);
}
