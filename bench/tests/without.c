/* without WHAT=ERROR COMMAND…: runs the command as on a kernel, or in a
 * container, that lacks something, and has it meet that error number:
 *   clone3          the system call
 *   smaps_rollup    opening /proc/PID/smaps_rollup
 * Static programs and the C library's own calls meet it, too. For the first
 * there is a plain filter (seccomp(2)), as containers have it; for the second
 * the kernel asks us, since a filter sees no path (seccomp_unotify(2)). */
#define _GNU_SOURCE /* syscall, process_vm_readv */
#include "listener.h"

#include <err.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

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
    err(LISTENER_CANNOT, "%s", command[0]);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);

    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* A listener_refuse: has *arg, an error number, stand for such a file. */
static int refuse(void *arg, const struct seccomp_notif *asked)
{
    const int *error = arg;
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
    return ends_with(path, "/smaps_rollup") ? *error : 0;
}

/* A fork that shares its open files, until it becomes the command: so the
 * listener that the filter gives to it is ours, too. */
static int run_without_rollup(int error, char *command[])
{
    int ends[2], listener = -1;

    if (pipe(ends) != 0)
        err(LISTENER_CANNOT, "pipe");
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL,
                               NULL, NULL);
    if (pid < 0)
        err(LISTENER_CANNOT, "clone");
    if (pid == 0) {
        /* Whoever ends us ends the command, too. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        listener = filter_set(SYS_open, SYS_openat, SECCOMP_RET_USER_NOTIF,
                              SECCOMP_FILTER_FLAG_NEW_LISTENER);
        if (listener < 0)
            warn("seccomp");
        if (write(ends[1], &listener, sizeof(listener)) < 0 || listener < 0)
            _exit(LISTENER_CANNOT);
        become(command);
    }
    if (read(ends[0], &listener, sizeof(listener)) != sizeof(listener) ||
        listener < 0) {
        waitpid(pid, NULL, 0);
        return LISTENER_CANNOT;
    }
    return listener_serve(listener, pid, refuse, &error, NULL);
}

int main(int argc, char *argv[])
{
    int error;

    if (argc > 2 && sscanf(argv[1], "clone3=%d", &error) == 1) {
        if (filter_set(SYS_clone3, SYS_clone3,
                       SECCOMP_RET_ERRNO | (uint32_t)error, 0) != 0)
            err(LISTENER_CANNOT, "seccomp");
        become(argv + 2);
    }
    if (argc > 2 && sscanf(argv[1], "smaps_rollup=%d", &error) == 1)
        return run_without_rollup(error, argv + 2);
    errx(LISTENER_CANNOT,
         "usage: without clone3=ERROR|smaps_rollup=ERROR COMMAND...");
}
