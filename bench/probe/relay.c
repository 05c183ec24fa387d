/* The two means. Notice that each hand-over is the same two system calls on
 * both sides, whether anybody sleeps or not: write and read, or wake and wait.
 * So a flow that is alone costs what the calls cost, without a switch. */
#define _GNU_SOURCE /* pipe2, syscall */
#include "relay.h"

#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* ---- pipe(2): the kernel keeps the token, and the sleeper ---- */

static void pipe_close(struct relay *relay)
{
    for (int side = RELAY_OURS; side <= RELAY_PEER; side++) {
        if (relay->in[side] >= 0)
            close(relay->in[side]);
        if (relay->out[side] >= 0)
            close(relay->out[side]);
        relay->in[side] = -1;
        relay->out[side] = -1;
    }
}

/* Both sides keep all four ends open, in one process or in two: a peer's end
 * is told by tell(), which cannot come too early, and not by end of file. */
static int pipe_open(struct relay *relay, bool alone)
{
    for (int side = RELAY_OURS; side <= (alone ? RELAY_OURS : RELAY_PEER);
         side++) {
        int ends[2];

        if (pipe2(ends, O_CLOEXEC) != 0) {
            int rc = -errno;

            pipe_close(relay);
            return rc;
        }
        relay->in[side] = ends[0];
        relay->out[alone ? side : 1 - side] = ends[1];
    }
    return 0;
}

static void pipe_hand(struct relay *relay, enum relay_side side,
                      uint32_t number)
{
    /* A token that gets lost is missed by who waits for it. */
    while (write(relay->out[side], &number, sizeof(number)) < 0 &&
           errno == EINTR)
        continue;
}

static uint32_t pipe_take(struct relay *relay, enum relay_side side,
                          uint32_t number)
{
    uint32_t token;
    ssize_t got;

    (void)number;
    /* A pipe never cuts four bytes in two (pipe(7), PIPE_BUF). */
    do
        got = read(relay->in[side], &token, sizeof(token));
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(token) ? token : RELAY_LOST;
}

static void pipe_tell(struct relay *relay, enum relay_side side, uint32_t token)
{
    pipe_hand(relay, relay->out[side] >= 0 ? side : RELAY_OURS, token);
}

/* ---- futex(2): the token is a word in shared memory ---- */

static int futex_open(struct relay *relay, bool alone)
{
    (void)alone;
    atomic_store(&relay->word, 0);
    return 0;
}

/* Never over a word that is not the last token: it may be RELAY_LOST. */
static void futex_hand(struct relay *relay, enum relay_side side,
                       uint32_t number)
{
    uint32_t last = number - 1;

    (void)side;
    (void)atomic_compare_exchange_strong(&relay->word, &last, number);
    kernel_futex_wake_all(&relay->word);
}

static uint32_t futex_take(struct relay *relay, enum relay_side side,
                           uint32_t number)
{
    uint32_t seen;

    (void)side;
    do {
        kernel_futex_wait(&relay->word, number - 1, NULL);
        seen = atomic_load(&relay->word);
    } while (seen == number - 1);
    return seen;
}

static void futex_tell(struct relay *relay, enum relay_side side,
                       uint32_t token)
{
    (void)side;
    atomic_store(&relay->word, token);
    kernel_futex_wake_all(&relay->word);
}

static void futex_close(struct relay *relay)
{
    (void)relay;
}

static const struct relay_means means[] = {
    { "pipe", pipe_open, pipe_hand, pipe_take, pipe_tell, pipe_close },
    { "futex", futex_open, futex_hand, futex_take, futex_tell, futex_close },
};

const struct relay_means *relay_find(const char *name)
{
    for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++)
        if (strcmp(means[i].name, name) == 0)
            return &means[i];
    return NULL;
}
