/* A listening socket in the abstract namespace (unix(7)): it exists once per
 * network namespace, belongs to no folder, needs no clean-up, and whoever
 * connects to it learns from the kernel who listens. */
#define _GNU_SOURCE /* struct ucred, SOCK_CLOEXEC */
#include "lock.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char name[] = "process-thread-lab-bench";

static socklen_t address(struct sockaddr_un *ret)
{
    *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(ret->sun_path + 1, name, sizeof(name) - 1);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof(name));
}

/* The process that holds the lock; 0: nobody, or one in another container. */
static pid_t holder(void)
{
    struct sockaddr_un at;
    socklen_t at_bytes = address(&at);
    struct ucred who = { .pid = 0 };
    socklen_t who_bytes = sizeof(who);
    /* Nobody accepts: with the queue full, connect would sleep (unix(7)). */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return 0;
    if (connect(fd, (struct sockaddr *)&at, at_bytes) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &who_bytes) != 0)
        who.pid = 0;
    close(fd);
    return who.pid;
}

void lock_name_holder(char text[LOCK_HOLDER])
{
    pid_t pid = holder();

    text[0] = '\0';
    if (pid > 0)
        snprintf(text, LOCK_HOLDER, " (process %ld)", (long)pid);
}

/* The listening socket, or -EADDRINUSE. */
static int try_once(void)
{
    struct sockaddr_un at;
    socklen_t at_bytes = address(&at);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    if (bind(fd, (struct sockaddr *)&at, at_bytes) != 0 ||
        listen(fd, 16) != 0) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    return fd;
}

int lock_take(bool wait, const volatile sig_atomic_t *stop,
              struct failure *failure)
{
    const struct timespec pause = { .tv_nsec = 200000000 };
    sigset_t none;
    int fd = try_once();

    sigemptyset(&none);
    while (fd == -EADDRINUSE && wait && *stop == 0) {
        /* Signals that main blocks get through while we sleep. */
        sigset_t before;

        sigprocmask(SIG_SETMASK, &none, &before);
        nanosleep(&pause, NULL);
        sigprocmask(SIG_SETMASK, &before, NULL);
        fd = try_once();
    }
    if (fd >= 0)
        return fd;
    if (*stop != 0)
        return failure_note(failure, -EINTR, "interrupted while waiting");
    if (fd != -EADDRINUSE)
        return failure_note(failure, fd, "cannot take the measuring lock");

    char who[LOCK_HOLDER];
    lock_name_holder(who);
    failure_note(failure, 0,
                 "another run is measuring%s: wait for its end, or use "
                 "--wait",
                 who);
    return -EBUSY;
}
