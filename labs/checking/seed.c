/* splitmix64 (Steele, Lea and Flood 2014): one word of state, any seed will
 * do, and the same sequence on every machine. */
#define _GNU_SOURCE /* getrandom */
#include "seed.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* One seed a program, so that the one that a failure prints is all of it. */
static uint64_t the_seed;
static bool used;

uint64_t seed_get(void)
{
    if (used)
        return the_seed;

    const char *given = getenv("LAB_SEED");
    uint32_t random;
    if (given != NULL)
        the_seed = strtoull(given, NULL, 0);
    else if (getrandom(&random, sizeof random, 0) == sizeof random)
        the_seed = random; /* 32 bits are shorter to type again */
    else
        the_seed = (uint64_t)time(NULL) ^ (uint64_t)getpid();
    used = true;
    return the_seed;
}

bool seed_used(void)
{
    return used;
}

uint64_t seed_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int seed_below(uint64_t *state, int below)
{
    return (int)(seed_next(state) % (uint64_t)below);
}
