/* Shared mappings, and the starting gate: one atomic word with a futex behind
 * it. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, syscall */
#include "shared.h"

#include "kernel.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

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
        kernel_futex_wait(&gate->state, GATE_WAIT, NULL);
        state = atomic_load(&gate->state);
    }
    return (enum gate_state)state;
}

/* A process that was killed on its way never arrives; WNOWAIT leaves it for
 * its own waitpid. */
static bool child_ended(void)
{
    siginfo_t ended = { .si_pid = 0 };

    return waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid != 0;
}

bool gate_await(struct gate *gate, uint32_t workers)
{
    const struct timespec look_again = { .tv_nsec = 100000000 };
    uint32_t arrived = atomic_load(&gate->arrived);

    while (arrived < workers) {
        if (child_ended())
            return atomic_load(&gate->arrived) >= workers;
        kernel_futex_wait(&gate->arrived, arrived, &look_again);
        arrived = atomic_load(&gate->arrived);
    }
    return true;
}

void gate_set(struct gate *gate, enum gate_state state)
{
    atomic_store(&gate->state, (uint32_t)state);
    kernel_futex_wake_all(&gate->state);
}
