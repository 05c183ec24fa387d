/* Bells and messages. A bell is a count with a futex behind it; no call into
 * the kernel where nobody sleeps. */
#include "post.h"

#include "clock.h"
#include "kernel.h"

#include <errno.h>
#include <sys/wait.h>

/* ---- Bells ---- */

/* Only the ring that moves the count away from where somebody fell asleep has
 * to wake: those after it, before the sleeper has run, need no call. It raises
 * first and looks then; a sleeper says where it sleeps first, and the kernel
 * compares then: none is missed. What it said is never taken back, since
 * another ring might take back what it says next. */
void bell_ring(struct bell *bell)
{
    uint32_t before = atomic_fetch_add(&bell->count, 1);

    if (atomic_load(&bell->asleep_at) == before)
        kernel_futex_wake_all(&bell->count);
}

static void bell_sleep(struct bell *bell, uint32_t value,
                       const struct timespec *limit)
{
    atomic_store(&bell->asleep_at, value);
    kernel_futex_wait(&bell->count, value, limit);
}

/* A receiver that was killed cannot say so; WNOWAIT leaves it for its own
 * waitpid. */
static bool receiver_ended(const struct post *post)
{
    siginfo_t ended = { .si_pid = 0 };

    return post->is_process &&
           waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid != 0;
}

int bell_await(const struct post *post, struct bell *bell, uint32_t value)
{
    const struct timespec look_again = { .tv_nsec = 100000000 };

    while (atomic_load(&bell->count) == value) {
        int error = atomic_load(&post->error);

        if (error != 0)
            return -error;
        bell_sleep(bell, value, &look_again);
        if (atomic_load(&bell->count) != value)
            break;
        if (atomic_load(&post->error) == 0 && receiver_ended(post))
            return -ECHILD;
        if (clock_now_ns() > post->deadline_ns)
            return -ETIMEDOUT;
    }
    return 0;
}

uint32_t bell_await_always(struct bell *bell, uint32_t value)
{
    uint32_t count = atomic_load(&bell->count);

    while (count == value) {
        bell_sleep(bell, value, NULL);
        count = atomic_load(&bell->count);
    }
    return count;
}

void post_give_up(struct post *post, int error)
{
    atomic_store(&post->error, error);
    kernel_futex_wake_all(&post->received.count);
    kernel_futex_wake_all(&post->finished.count);
}

/* ---- Messages ---- */

/* An odd step: after Steele et al., "Fast splittable pseudorandom number
 * generators", OOPSLA 2014. */
static uint64_t first_word(uint32_t number)
{
    return (number + 1U) * 0x9E3779B97F4A7C15U;
}

void message_fill(uint64_t *words, size_t bytes, uint32_t number)
{
    uint64_t first = first_word(number);

    for (size_t i = 0; i < bytes / sizeof(words[0]); i++)
        words[i] = first + i;
}

int message_check(const uint64_t *words, size_t bytes, uint32_t number)
{
    uint64_t first = first_word(number), wrong = 0;

    for (size_t i = 0; i < bytes / sizeof(words[0]); i++)
        wrong |= words[i] ^ (first + i);
    return wrong == 0 ? 0 : -EBADMSG;
}
