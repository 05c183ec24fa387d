/* Five ways to hand over a message. Notice what differs: through a variable or
 * a shared mapping the receiver looks at the very bytes that the sender wrote;
 * a file, a pipe and a socket copy them into the kernel and out again. Who has
 * no call to block in sleeps on a futex, the same for three of the five. */
#define _GNU_SOURCE /* O_TMPFILE, pipe2, mkostemp */
#include "channels.h"

#include "clock.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- Places between the two: variable, shared, file ---- */

/* The sender's side: until message `number` has a place. */
static int place_await(struct exchange *exchange, uint32_t number)
{
    struct bell *received = &exchange->post->received;

    while (number - exchange->known >= exchange->slots) {
        exchange->known = atomic_load(&received->count);
        if (number - exchange->known < exchange->slots)
            break;
        int rc = bell_await(exchange->post, received, exchange->known);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* The receiver's side: until message `number` is there. */
static int message_await(struct exchange *exchange, uint32_t number)
{
    if (exchange->known == number)
        exchange->known = bell_await_always(&exchange->post->sent, number);
    return atomic_load(&exchange->post->stop) != 0 ? CHANNEL_END : 0;
}

static uint64_t *place_of(const struct exchange *exchange, uint32_t number)
{
    return exchange->slot + (number & (exchange->slots - 1)) *
                                (exchange->bytes / sizeof(uint64_t));
}

static int memory_send(struct exchange *exchange, uint32_t number)
{
    int rc = place_await(exchange, number);
    if (rc < 0)
        return rc;
    message_fill(place_of(exchange, number), exchange->bytes, number);
    bell_ring(&exchange->post->sent);
    return 0;
}

static int memory_receive(struct exchange *exchange, uint32_t number)
{
    int rc = message_await(exchange, number);
    if (rc != 0)
        return rc;
    rc = message_check(place_of(exchange, number), exchange->bytes, number);
    bell_ring(&exchange->post->received);
    return rc;
}

static int map(int sharing, size_t bytes, uint64_t **ret)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        sharing | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return -errno;
    memset(memory, 0, bytes);
    *ret = memory;
    return 0;
}

static int variable_open(struct exchange *exchange)
{
    return map(MAP_PRIVATE, exchange->slots * exchange->bytes, &exchange->slot);
}

static int shared_open(struct exchange *exchange)
{
    return map(MAP_SHARED, exchange->slots * exchange->bytes, &exchange->slot);
}

/* ---- Copies through the kernel: file, pipe, socket ---- */

/* A call may do a part only. `offset` is for files alone. */
static ssize_t part(const struct exchange *exchange, bool sends, size_t done,
                    off_t offset)
{
    char *from = (char *)exchange->own + done;
    size_t rest = exchange->bytes - done;
    int fd = exchange->fd[sends];

    if (exchange->fd[0] == exchange->fd[1])
        return sends ? pwrite(fd, from, rest, offset + (off_t)done)
                     : pread(fd, from, rest, offset + (off_t)done);
    return sends ? write(fd, from, rest) : read(fd, from, rest);
}

/* All of a message. The deadline's signal ends a call that nobody answers. */
static int transfer(const struct exchange *exchange, bool sends, off_t offset)
{
    size_t done = 0;

    while (done < exchange->bytes) {
        ssize_t n = part(exchange, sends, done, offset);

        if (n > 0)
            done += (size_t)n;
        else if (n == 0)
            return done == 0 ? CHANNEL_END : -EPROTO;
        else if (errno != EINTR)
            return -errno;
        else if (sends && clock_now_ns() > exchange->post->deadline_ns)
            return -ETIMEDOUT;
    }
    return 0;
}

static int stream_send(struct exchange *exchange, uint32_t number)
{
    message_fill(exchange->own, exchange->bytes, number);
    return transfer(exchange, true, 0);
}

static int stream_receive(struct exchange *exchange, uint32_t number)
{
    int rc = transfer(exchange, false, 0);

    return rc != 0 ? rc : message_check(exchange->own, exchange->bytes, number);
}

static off_t offset_of(const struct exchange *exchange, uint32_t number)
{
    return (off_t)((number & (exchange->slots - 1)) * exchange->bytes);
}

static int file_send(struct exchange *exchange, uint32_t number)
{
    message_fill(exchange->own, exchange->bytes, number);
    int rc = place_await(exchange, number);
    if (rc == 0)
        rc = transfer(exchange, true, offset_of(exchange, number));
    if (rc != 0)
        return rc < 0 ? rc : -EIO;
    bell_ring(&exchange->post->sent);
    return 0;
}

static int file_receive(struct exchange *exchange, uint32_t number)
{
    int rc = message_await(exchange, number);
    if (rc != 0)
        return rc;
    rc = transfer(exchange, false, offset_of(exchange, number));
    if (rc != 0)
        return rc < 0 ? rc : -EPROTO;
    bell_ring(&exchange->post->received);
    return message_check(exchange->own, exchange->bytes, number);
}

/* A file that never has a name, so that none is ever left behind; where the
 * file system knows no such thing, one that loses its name at once. */
static int file_open(struct exchange *exchange)
{
    char path[PATH_MAX];
    int fd = open(exchange->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
        snprintf(path, sizeof(path), "%.*s/.exchange-XXXXXX", PATH_MAX - 32,
                 exchange->folder);
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0)
            unlink(path);
    }
    exchange->fd[0] = exchange->fd[1] = fd;
    return fd < 0 ? -errno : 0;
}

static int pipe_open(struct exchange *exchange)
{
    return pipe2(exchange->fd, O_CLOEXEC) == 0 ? 0 : -errno;
}

static int socket_open(struct exchange *exchange)
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, exchange->fd) == 0
               ? 0
               : -errno;
}

/* ---- The table, and what all rows have in common ---- */

static const struct channel channels[] = {
    { "variable", &worker_thread, false, variable_open, memory_send,
      memory_receive },
    { "shared", &worker_process, false, shared_open, memory_send,
      memory_receive },
    { "pipe", &worker_process, false, pipe_open, stream_send, stream_receive },
    { "socket", &worker_process, false, socket_open, stream_send,
      stream_receive },
    { "file", &worker_process, true, file_open, file_send, file_receive },
};

const struct channel *channel_find(const char *name)
{
    for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++)
        if (strcmp(channels[i].name, name) == 0)
            return &channels[i];
    return NULL;
}

/* Two ends, of which each side keeps one: or the other never sees an end. */
static void close_end(struct exchange *exchange, int end)
{
    if (exchange->fd[end] < 0 || exchange->fd[0] == exchange->fd[1])
        return;
    close(exchange->fd[end]);
    exchange->fd[end] = -1;
}

int channel_begin(struct exchange *exchange, bool sends)
{
    exchange->known = 0;
    exchange->own = NULL;
    if (exchange->fd[0] < 0)
        return 0;
    close_end(exchange, !sends);
    return map(MAP_PRIVATE, exchange->bytes, &exchange->own);
}

void channel_stop(struct exchange *exchange)
{
    atomic_store(&exchange->post->stop, 1);
    bell_ring(&exchange->post->sent);
    close_end(exchange, 1);
}

void channel_close(struct exchange *exchange)
{
    size_t room = exchange->slots * exchange->bytes;

    close_end(exchange, 0);
    close_end(exchange, 1);
    if (exchange->fd[0] >= 0)
        close(exchange->fd[0]);
    exchange->fd[0] = exchange->fd[1] = -1;
    if (exchange->slot != NULL)
        munmap(exchange->slot, room);
    if (exchange->own != NULL)
        munmap(exchange->own, exchange->bytes);
}
