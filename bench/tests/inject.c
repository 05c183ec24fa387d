/* inject PROGRAM CALL FIRST COUNT ERROR REPORT COMMAND…: runs the command, and
 * whoever it starts, with a seccomp filter that asks us before certain system
 * calls (seccomp_unotify(2)). From each process that runs PROGRAM the FIRST-th
 * of them and those that follow, COUNT in all, get the error without having
 * been made; the others go on as if nobody had asked. Unlike a preloaded
 * library it sees what the C library itself calls, and static programs. What
 * the dynamic linker or a sanitizer calls is not counted: a program that never
 * began is not ours. REPORT is where the number of refusals goes. */
#define _GNU_SOURCE /* syscall */
#include "inject_calls.h"

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT = 125, PROCESSES = 4096 };

struct order {
    const char *program;
    const struct call *call;
    unsigned long first, count;
    int error;
    unsigned long refused;
    struct process {
        pid_t pid;
        unsigned long calls;
    } process[PROCESSES];
};

static unsigned long number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (end == text || *end != '\0')
        errx(CANNOT, "'%s' is no number", text);
    return value;
}

/* ---- the command's side ---- */

union descriptor {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
};

static void descriptor_send(int to, int fd)
{
    union descriptor descriptor = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
                                              .cmsg_level = SOL_SOCKET,
                                              .cmsg_type = SCM_RIGHTS } };
    struct iovec word = { .iov_base = (char[1]){ 0 }, .iov_len = 1 };
    const struct msghdr message = { .msg_iov = &word,
                                    .msg_iovlen = 1,
                                    .msg_control = &descriptor,
                                    .msg_controllen = sizeof(descriptor) };

    memcpy(CMSG_DATA(&descriptor.head), &fd, sizeof(fd));
    if (sendmsg(to, &message, 0) != 1)
        err(CANNOT, "sendmsg");
}

static void command_become(char *argv[], const struct call *call, int to)
{
    /* Whoever ends us ends the command, too. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int listener = call_filter(call);
    if (listener < 0)
        err(CANNOT, "seccomp");
    descriptor_send(to, listener);
    close(to);
    close(listener);
    execvp(argv[0], argv);
    err(CANNOT, "%s", argv[0]);
}

/* ---- our side ---- */

static int descriptor_receive(int from)
{
    union descriptor descriptor;
    char word;
    struct iovec words = { .iov_base = &word, .iov_len = 1 };
    struct msghdr message = { .msg_iov = &words,
                              .msg_iovlen = 1,
                              .msg_control = &descriptor,
                              .msg_controllen = sizeof(descriptor) };
    int fd;

    if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != 1 ||
        message.msg_controllen == 0)
        return -1;
    memcpy(&fd, CMSG_DATA(&descriptor.head), sizeof(fd));
    return fd;
}

/* Which process this thread belongs to, when that runs the program; or 0. */
static pid_t process_of(const struct order *order, pid_t thread)
{
    char path[64], text[4096];
    int pid = 0;

    snprintf(path, sizeof(path), "/proc/%d/exe", (int)thread);
    ssize_t length = readlink(path, text, sizeof(text) - 1);
    if (length < 0)
        return 0;
    text[length] = '\0';
    const char *slash = strrchr(text, '/');
    if (slash == NULL || strcmp(slash + 1, order->program) != 0)
        return 0;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)thread);
    FILE *status = fopen(path, "re");
    if (status == NULL)
        return 0;
    while (pid == 0 && fgets(text, sizeof(text), status) != NULL)
        (void)sscanf(text, "Tgid: %d", &pid);
    fclose(status);
    return (pid_t)pid;
}

/* What a program makes no calls of its own in: the dynamic linker (of musl that
 * is the C library itself), and a sanitizer's library, which may not do without. */
static bool is_beside(const char *mapping)
{
    return (strstr(mapping, "/ld-") != NULL &&
            strstr(mapping, "/ld-musl") == NULL) ||
           strstr(mapping, "/libasan.") != NULL ||
           strstr(mapping, "/libubsan.") != NULL;
}

static bool is_made_beside(const struct seccomp_notif *asked)
{
    char path[64], line[4096];
    uint64_t at = asked->data.instruction_pointer;
    bool found = false;

    snprintf(path, sizeof(path), "/proc/%u/maps", (unsigned)asked->pid);
    FILE *maps = fopen(path, "re");
    if (maps == NULL)
        return false;
    while (!found && fgets(line, sizeof(line), maps) != NULL) {
        uint64_t from, to;

        found = sscanf(line, "%" SCNx64 "-%" SCNx64, &from, &to) == 2 &&
                at >= from && at < to && is_beside(line);
    }
    fclose(maps);
    return found;
}

static unsigned long *calls_of(struct order *order, pid_t pid)
{
    for (size_t i = 0; i < PROCESSES; i++) {
        struct process *process = &order->process[i];

        if (process->pid == 0)
            process->pid = pid;
        if (process->pid == pid)
            return &process->calls;
    }
    errx(CANNOT, "more than %d processes", PROCESSES);
}

static bool is_refused(struct order *order, const struct seccomp_notif *asked)
{
    if (!call_is_meant(order->call, &asked->data))
        return false;
    pid_t pid = process_of(order, (pid_t)asked->pid);
    if (pid == 0 || is_made_beside(asked))
        return false;
    unsigned long made = ++*calls_of(order, pid);
    return made >= order->first && made - order->first < order->count;
}

/* Answers one question. Who asked may be gone by now: ENOENT. */
static void answer(struct order *order, int listener)
{
    struct seccomp_notif asked = { .id = 0 };

    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
        return;
    bool refused = is_refused(order, &asked);
    struct seccomp_notif_resp reply = {
        .id = asked.id,
        /* A brk that fails returns an end below the one asked for: brk(2). */
        .error = refused && asked.data.nr != SYS_brk ? -order->error : 0,
        .flags = refused ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE,
    };
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) == 0 && refused)
        order->refused++;
}

/* Until the command itself has ended. */
static int serve(struct order *order, int listener, pid_t command)
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
            answer(order, listener);
        else if (fds[0].revents != 0)
            fds[0].fd = -1;
    }
    if (waitpid(command, &status, 0) != command)
        err(CANNOT, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char *argv[])
{
    static struct order order;
    int ends[2];

    if (argc < 8)
        errx(CANNOT, "usage: inject PROGRAM CALL FIRST COUNT ERROR REPORT "
                     "COMMAND...");
    order.program = argv[1];
    order.call = call_find(argv[2]);
    if (order.call == NULL)
        errx(CANNOT, "no call '%s'", argv[2]);
    order.first = number(argv[3]);
    order.count = number(argv[4]);
    order.error = (int)number(argv[5]);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        err(CANNOT, "socketpair");
    pid_t command = fork();
    if (command < 0)
        err(CANNOT, "fork");
    if (command == 0)
        command_become(argv + 7, order.call, ends[1]);

    close(ends[1]);
    int listener = descriptor_receive(ends[0]);
    if (listener < 0) { /* the command's side has said why */
        waitpid(command, NULL, 0);
        return CANNOT;
    }
    int code = serve(&order, listener, command);
    FILE *report = fopen(argv[6], "we");
    if (report == NULL || fprintf(report, "%lu\n", order.refused) < 0 ||
        fclose(report) != 0)
        err(CANNOT, "%s", argv[6]);
    return code;
}
