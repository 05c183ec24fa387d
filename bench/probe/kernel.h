/* Pieces of the kernel's interface, spelled out because musl-gcc is installed
 * without the kernel's own headers: futex(2), clone(2), madvise(2). */
#ifndef PROBE_KERNEL_H
#define PROBE_KERNEL_H

#include <limits.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { KERNEL_FUTEX_WAIT = 0, KERNEL_FUTEX_WAKE = 1 };

/* On 32-bit machines the call takes a timespec of 32-bit numbers, and a second
 * call one of 64: which of them <time.h> speaks of, the C library decides. */
static inline long kernel_futex_number(void)
{
#ifdef SYS_futex_time64
    if (sizeof(time_t) > sizeof(long))
        return SYS_futex_time64;
#endif
    return SYS_futex;
}

enum { KERNEL_MADV_POPULATE_WRITE = 23 }; /* Linux 5.14 */

/* struct clone_args in its first version. */
struct kernel_clone_args {
    _Alignas(8) uint64_t flags;
    uint64_t pidfd, child_tid, parent_tid, exit_signal;
    uint64_t stack, stack_size, tls;
};

/* Sleeps while *word is value, for no longer than `limit` if that is not NULL;
 * may wake without cause. Not "private": processes sleep on the same word as
 * threads do. */
static inline void kernel_futex_wait(_Atomic uint32_t *word, uint32_t value,
                                     const struct timespec *limit)
{
    syscall(kernel_futex_number(), word, KERNEL_FUTEX_WAIT, value, limit, NULL,
            0);
}

static inline void kernel_futex_wake_all(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, KERNEL_FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

#endif
