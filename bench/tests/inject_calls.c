/* Kinds of system calls by name, and the filter that has the kernel ask before
 * each of a kind. */
#define _GNU_SOURCE /* syscall */
#include "inject_calls.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NUMBERS = 4, NONE = -1 };

/* Not every architecture has the older ones. */
#ifndef SYS_fork
#define SYS_fork  NONE
#define SYS_vfork NONE
#endif
#ifndef SYS_open
#define SYS_open NONE
#endif
#ifndef SYS_pipe
#define SYS_pipe NONE
#endif
#ifndef SYS_dup2
#define SYS_dup2 NONE
#endif
#ifndef SYS_mkdir
#define SYS_mkdir NONE
#endif
#ifndef SYS_rename
#define SYS_rename NONE
#endif
#ifndef SYS_renameat
#define SYS_renameat NONE
#endif
#ifdef SYS_mmap2 /* what the C library calls where there are both */
#define SYS_MAP SYS_mmap2
#else
#define SYS_MAP SYS_mmap
#endif

/* `write` goes into files and pipes, `print` to the standard output; what a
 * program says of its trouble (standard error) is left alone. */
struct call {
    const char *name;
    long numbers[NUMBERS];
    int fd_least, fd_most; /* of the first argument */
};

static const struct call calls[] = {
    { "chmod", { SYS_fchmod, NONE, NONE, NONE }, 0, INT32_MAX },
    { "create", { SYS_clone, SYS_clone3, SYS_fork, SYS_vfork }, 0, 0 },
    { "dup", { SYS_dup2, SYS_dup3, NONE, NONE }, 0, INT32_MAX },
    { "exec", { SYS_execve, NONE, NONE, NONE }, 0, 0 },
    { "fsync", { SYS_fsync, NONE, NONE, NONE }, 0, INT32_MAX },
    { "mkdir", { SYS_mkdir, SYS_mkdirat, NONE, NONE }, 0, 0 },
    { "memory", { SYS_MAP, SYS_mremap, SYS_brk, NONE }, 0, 0 },
    { "open", { SYS_open, SYS_openat, NONE, NONE }, 0, 0 },
    { "pin", { SYS_sched_setaffinity, NONE, NONE, NONE }, 0, 0 },
    { "pipe", { SYS_pipe, SYS_pipe2, NONE, NONE }, 0, 0 },
    { "print", { SYS_write, SYS_writev, NONE, NONE }, 1, 1 },
    { "read", { SYS_read, NONE, NONE, NONE }, 3, INT32_MAX },
    { "rename", { SYS_rename, SYS_renameat, SYS_renameat2, NONE }, 0, 0 },
    { "socket", { SYS_socket, SYS_socketpair, SYS_bind, SYS_listen }, 0, 0 },
    { "wait", { SYS_wait4, SYS_waitid, NONE, NONE }, 0, 0 },
    { "write", { SYS_write, SYS_writev, NONE, NONE }, 3, INT32_MAX },
};

const struct call *call_find(const char *name)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (strcmp(calls[i].name, name) == 0)
            return &calls[i];
    return NULL;
}

bool call_is_meant(const struct call *call, const struct seccomp_data *made)
{
    int fd = (int)made->args[0];

    if (made->nr == SYS_brk && made->args[0] == 0)
        return false; /* a question, which never fails */
    return call->fd_most == 0 || (fd >= call->fd_least && fd <= call->fd_most);
}

/* All is native: a filter for others would look at the architecture first. */
int call_filter(const struct call *call)
{
    struct sock_filter code[1 + 2 * NUMBERS + 1];
    unsigned short used = 0;

    code[used++] = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (unsigned i = 0; i < NUMBERS; i++) {
        if (call->numbers[i] == NONE)
            continue;
        code[used++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->numbers[i], 0, 1);
        code[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                                    SECCOMP_RET_USER_NOTIF);
    }
    code[used++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

    const struct sock_fprog program = { .len = used, .filter = code };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                        SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}
