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
#include "listener.h"

#include <err.h>
#include <inttypes.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 4096 };

struct order {
    const char *program;
    const struct call *call;
    unsigned long first, count;
    int error;
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
        errx(LISTENER_CANNOT, "'%s' is no number", text);
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
        err(LISTENER_CANNOT, "sendmsg");
}

static void command_become(char *argv[], const struct call *call, int to)
{
    /* Whoever ends us ends the command, too. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int listener = call_filter(call);
    if (listener < 0)
        err(LISTENER_CANNOT, "seccomp");
    descriptor_send(to, listener);
    close(to);
    close(listener);
    execvp(argv[0], argv);
    err(LISTENER_CANNOT, "%s", argv[0]);
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
 * is the C library itself), and a sanitizer's library, which may not do
 * without. */
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
    errx(LISTENER_CANNOT, "more than %d processes", PROCESSES);
}

/* A listener_refuse. */
static int refuse(void *arg, const struct seccomp_notif *asked)
{
    struct order *order = arg;

    if (!call_is_meant(order->call, &asked->data))
        return 0;
    pid_t pid = process_of(order, (pid_t)asked->pid);
    if (pid == 0 || is_made_beside(asked))
        return 0;
    unsigned long made = ++*calls_of(order, pid);
    bool is_due = made >= order->first && made - order->first < order->count;
    return is_due ? order->error : 0;
}

int main(int argc, char *argv[])
{
    static struct order order;
    unsigned long refused;
    int ends[2];

    if (argc < 8)
        errx(LISTENER_CANNOT,
             "usage: inject PROGRAM CALL FIRST COUNT ERROR REPORT "
             "COMMAND...");
    order.program = argv[1];
    order.call = call_find(argv[2]);
    if (order.call == NULL)
        errx(LISTENER_CANNOT, "no call '%s'", argv[2]);
    order.first = number(argv[3]);
    order.count = number(argv[4]);
    order.error = (int)number(argv[5]);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        err(LISTENER_CANNOT, "socketpair");
    pid_t command = fork();
    if (command < 0)
        err(LISTENER_CANNOT, "fork");
    if (command == 0)
        command_become(argv + 7, order.call, ends[1]);

    close(ends[1]);
    int listener = descriptor_receive(ends[0]);
    if (listener < 0) { /* the command's side has said why */
        waitpid(command, NULL, 0);
        return LISTENER_CANNOT;
    }
    int code = listener_serve(listener, command, refuse, &order, &refused);
    FILE *report = fopen(argv[6], "we");
    if (report == NULL || fprintf(report, "%lu\n", refused) < 0 ||
        fclose(report) != 0)
        err(LISTENER_CANNOT, "%s", argv[6]);
    return code;
}
