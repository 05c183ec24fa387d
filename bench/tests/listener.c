/* Answers questions of the kernel until nobody is left to ask. */
#define _GNU_SOURCE /* syscall */
#include "listener.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* One question: was the call refused? Who asked may be gone by now: ENOENT. */
static bool answer(int listener, listener_refuse *refuse, void *arg)
{
    struct seccomp_notif asked = { .id = 0 };

    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
        return false;
    int error = refuse(arg, &asked);
    struct seccomp_notif_resp reply = {
        .id = asked.id,
        /* A brk that fails returns an end below the one asked for: brk(2). */
        .error = asked.data.nr == SYS_brk ? 0 : -error,
        .flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0,
    };
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) == 0 && error != 0;
}

int listener_serve(int listener, pid_t command, listener_refuse *refuse,
                   void *arg, unsigned long *ret_refused)
{
    unsigned long refused = 0;
    int status;
    struct pollfd fds[2] = {
        { .fd = listener, .events = POLLIN },
        { .fd = (int)syscall(SYS_pidfd_open, command, 0), .events = POLLIN },
    };

    if (fds[1].fd < 0)
        err(LISTENER_CANNOT, "pidfd_open");
    while (fds[1].revents == 0) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            err(LISTENER_CANNOT, "poll");
        if ((fds[0].revents & POLLIN) != 0)
            refused += answer(listener, refuse, arg);
        else if (fds[0].revents != 0)
            fds[0].fd = -1;
    }
    if (waitpid(command, &status, 0) != command)
        err(LISTENER_CANNOT, "waitpid");
    if (ret_refused != NULL)
        *ret_refused = refused;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
