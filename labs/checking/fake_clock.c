/* Nothing here waits and nothing is made: only numbers move, always alike. */
#include "fake_clock.h"

#include "trial.h"

#include <errno.h>
#include <string.h>

static void write_down(struct fake_creation *fake, char letter)
{
    size_t used = strlen(fake->script);

    if (used < FAKE_SCRIPT_MAX - 1)
        fake->script[used] = letter;
    trial_step();
}

int64_t fake_now_ns(void *arg)
{
    struct fake_creation *fake = arg;

    fake->clock_reads++;
    write_down(fake, 't');
    return fake->now_ns;
}

int fake_prepare(void *arg)
{
    struct fake_creation *fake = arg;

    fake->prepares++;
    fake->now_ns += fake->prepare_ns;
    write_down(fake, 'p');
    return 0;
}

/* What the k-th creation costs, from 0. One that fails costs as much. */
static int64_t cost_of_create(const struct fake_creation *fake, int k)
{
    return fake->create_ns + k * fake->growth_ns;
}

int fake_create(void *arg)
{
    struct fake_creation *fake = arg;

    fake->now_ns += cost_of_create(fake, fake->creates++);
    if (fake->creates == fake->fail_create_at) {
        write_down(fake, 'C');
        errno = EAGAIN;
        return -1;
    }
    fake->created++;
    fake->alive++;
    if (fake->alive > fake->most_alive)
        fake->most_alive = fake->alive;
    write_down(fake, 'c');
    return 0;
}

int fake_reap(void *arg)
{
    struct fake_creation *fake = arg;
    bool anybody = fake->alive > 0;

    fake->reaps++;
    fake->now_ns += fake->reap_ns;
    if (anybody)
        fake->alive--;
    else
        fake->reaps_of_nobody++;
    if (!anybody || fake->reaps == fake->fail_reap_at) {
        write_down(fake, 'R');
        errno = ECHILD;
        return -1;
    }
    write_down(fake, 'r');
    return 0;
}

int64_t fake_total_ns(const struct fake_creation *fake, int n)
{
    int64_t total = 0;

    for (int k = 0; k < n; k++)
        total += cost_of_create(fake, k) + fake->reap_ns;
    return total;
}
