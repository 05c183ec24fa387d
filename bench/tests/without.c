/* without WHAT=ERROR COMMAND…: runs the command as on a kernel, or in a
 * container, that lacks something, and has it meet that error number:
 *   clone3          the system call
 *   smaps_rollup    opening /proc/PID/smaps_rollup
 * Static programs and the C library's own calls meet it, too. For the first
 * there is a plain filter (seccomp(2)), as containers have it; for the second
 * the kernel asks us, since a filter sees no path (seccomp_unotify(2)). */
#define _GNU_SOURCE /* syscall, process_vm_readv */
#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT = 125, PAGE = 4096 };

#ifndef SYS_open
#define SYS_open SYS_openat /* not every architecture has the older one */
#endif

/* What becomes of these two system calls. Returns what seccomp(2) does. All is
 * native: a filter for others would look at the architecture first. */
static int filter_set(long one, long other, uint32_t action, unsigned flags)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)one, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)other, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]),
                                        .filter = code };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

static void become(char *command[])
{
    execvp(command[0], command);
    err(CANNOT, "%s", command[0]);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);

    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool is_rollup(const struct seccomp_notif *asked)
{
    char path[2 * PAGE + 1];
    uint64_t at = asked->data.args[asked->data.nr == SYS_openat ? 1 : 0];
    /* Page by page: what follows the text may not be there. */
    size_t first = PAGE - at % PAGE;
    const struct iovec ours = { .iov_base = path, .iov_len = first + PAGE };
    const struct iovec theirs[] = {
        { .iov_base = (void *)(uintptr_t)at, .iov_len = first },
        { .iov_base = (void *)(uintptr_t)(at + first), .iov_len = PAGE },
    };
    ssize_t length =
        process_vm_readv((pid_t)asked->pid, &ours, 1, theirs, 2, 0);

    path[length < 0 ? 0 : length] = '\0';
    return ends_with(path, "/smaps_rollup");
}

/* Answers one question. Who asked may be gone by now. */
static void answer(int listener, int error)
{
    struct seccomp_notif asked = { .id = 0 };

    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
        return;
    bool refused = is_rollup(&asked);
    struct seccomp_notif_resp reply = {
        .id = asked.id,
        .error = refused ? -error : 0,
        .flags = refused ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE,
    };
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
}

/* Until the command itself has ended. */
static int serve(int listener, int error, pid_t command)
{
    int status;
    struct pollfd fds[2] = {
        { .fd = listener, .events = POLLIN },
        { .fd = (int)syscall(SYS_pidfd_open, command, 0), .events = POLLIN },
    };

    if (fds[1].fd < 0)
        err(CANNOT, "pidfd_open");
    while (fds[1].revents == 0) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            err(CANNOT, "poll");
        if ((fds[0].revents & POLLIN) != 0)
            answer(listener, error);
        else if (fds[0].revents != 0)
            fds[0].fd = -1;
    }
    if (waitpid(command, &status, 0) != command)
        err(CANNOT, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A fork that shares its open files, until it becomes the command: so the
 * listener that the filter gives to it is ours, too. */
static int run_without_rollup(int error, char *command[])
{
    int ends[2], listener = -1;

    if (pipe(ends) != 0)
        err(CANNOT, "pipe");
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL,
                               NULL, NULL);
    if (pid < 0)
        err(CANNOT, "clone");
    if (pid == 0) {
        /* Whoever ends us ends the command, too. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        listener = filter_set(SYS_open, SYS_openat, SECCOMP_RET_USER_NOTIF,
                              SECCOMP_FILTER_FLAG_NEW_LISTENER);
        if (listener < 0)
            warn("seccomp");
        if (write(ends[1], &listener, sizeof(listener)) < 0 || listener < 0)
            _exit(CANNOT);
        become(command);
    }
    if (read(ends[0], &listener, sizeof(listener)) != sizeof(listener) ||
        listener < 0) {
        waitpid(pid, NULL, 0);
        return CANNOT;
    }
    return serve(listener, error, pid);
}

int main(int argc, char *argv[])
{
    int error;

    if (argc > 2 && sscanf(argv[1], "clone3=%d", &error) == 1) {
        if (filter_set(SYS_clone3, SYS_clone3,
                       SECCOMP_RET_ERRNO | (uint32_t)error, 0) != 0)
            err(CANNOT, "seccomp");
        become(argv + 2);
    }
    if (argc > 2 && sscanf(argv[1], "smaps_rollup=%d", &error) == 1)
        return run_without_rollup(error, argv + 2);
    errx(CANNOT, "usage: without clone3=ERROR|smaps_rollup=ERROR COMMAND...");
}
