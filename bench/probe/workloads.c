/* The table of kernels: one that is limited by the CPU, one by the memory, and
 * one that only waits. */
#define _GNU_SOURCE /* madvise, clock_nanosleep */
#include "workloads.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* ---- primes: how many primes are below size, by trial division ---- */

static int is_prime(uint64_t n)
{
    if (n < 2 || (n % 2 == 0 && n != 2))
        return 0;
    for (uint64_t divisor = 3; divisor * divisor <= n; divisor += 2)
        if (n % divisor == 0)
            return 0;
    return 1;
}

/* Blocks of 1,000 numbers dealt in turn: big numbers cost more than small
 * ones, so contiguous shares would not be equal, and a stride of 2 would hand
 * one worker nothing but even numbers. */
static uint64_t primes_part(const void *data, uint64_t size, unsigned worker,
                            unsigned workers)
{
    enum { BLOCK = 1000 };
    uint64_t primes = 0;

    (void)data;
    for (uint64_t from = (uint64_t)worker * BLOCK; from < size;
         from += (uint64_t)workers * BLOCK) {
        uint64_t to = from + BLOCK < size ? from + BLOCK : size;

        for (uint64_t n = from; n < to; n++)
            primes += (uint64_t)is_prime(n);
    }
    return primes;
}

/* ---- sum: one word of each cache line of an array, size times ---- */

enum {
    LINE_WORDS = 8, /* 64 bytes */
    SUM_LINES = 1024 * 1024
};

/* Private memory, written before the workers exist: threads share it, forked
 * processes share its pages too, since nobody writes any more. Huge pages keep
 * the page tables out of the measurement where the system grants them. */
static const void *sum_prepare(void)
{
    const size_t bytes = SUM_LINES * LINE_WORDS * sizeof(uint64_t);
    uint64_t *words = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (words == MAP_FAILED)
        return NULL;

    (void)madvise(words, bytes, MADV_HUGEPAGE);
    for (size_t line = 0; line < SUM_LINES; line++)
        words[line * LINE_WORDS] = line * UINT64_C(0x9e3779b97f4a7c15);
    return words;
}

/* Contiguous shares: every worker streams through its own part. One word a
 * line, since adding up all eight would keep the CPU busy, not the memory. */
static uint64_t sum_part(const void *data, uint64_t size, unsigned worker,
                         unsigned workers)
{
    const uint64_t *words = data;
    size_t from = (size_t)SUM_LINES * worker / workers;
    size_t to = (size_t)SUM_LINES * (worker + 1) / workers;
    uint64_t sum = 0;

    for (uint64_t pass = 0; pass < size; pass++)
        for (size_t line = from; line < to; line++)
            sum += words[line * LINE_WORDS] ^ pass;
    return sum;
}

/* ---- nap: size microseconds of sleep ---- */

/* Equal shares, each slept at one go: as if it waited for an answer. The result
 * is what was to be slept; the time, as ever, what it took. */
static uint64_t nap_part(const void *data, uint64_t size, unsigned worker,
                         unsigned workers)
{
    uint64_t share = size * (worker + 1) / workers - size * worker / workers;
    struct timespec left = { .tv_sec = (time_t)(share / 1000000),
                             .tv_nsec = (long)(share % 1000000) * 1000 };

    (void)data;
    if (share > 0)
        while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
            continue;
    return share;
}

const struct workload workloads[] = {
    { "primes", "cpu", "counts primes; blocks of 1000 dealt in turn", "numbers",
      0, NULL, primes_part },
    { "sum", "memory", "reads 64 MiB; contiguous shares", "passes",
      SUM_LINES *LINE_WORDS * sizeof(uint64_t), sum_prepare, sum_part },
    { "nap", "waiting", "sleeps; equal shares", "microseconds", 0, NULL,
      nap_part },
};
const size_t workloads_count = sizeof(workloads) / sizeof(workloads[0]);

const struct workload *workload_find(const char *name)
{
    for (size_t i = 0; i < workloads_count; i++)
        if (strcmp(workloads[i].name, name) == 0)
            return &workloads[i];
    return NULL;
}
