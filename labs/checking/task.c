/* Does this task wait? A task that is starved of a CPU is runnable, hence not
 * waiting: so load cannot fake it. */
#define _GNU_SOURCE /* CLONE_VFORK, the numbers of Linux-only system calls */
#include "task.h"

#include "proc.h"
#include "stage.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* How a call's arguments say that it has no time limit. */
enum limit {
    LIMIT_NONE,
    LIMIT_NULL,
    LIMIT_NEGATIVE,
    LIMIT_FUTEX,
    LIMIT_ALWAYS
};

static const struct call {
    long number;
    enum limit limit;
    int argument; /* where the limit is */
    const char *what;
} calls[] = {
    { SYS_clock_nanosleep, LIMIT_ALWAYS, 0, "the clock (sleep)" },
#ifdef SYS_nanosleep
    { SYS_nanosleep, LIMIT_ALWAYS, 0, "the clock (sleep)" },
#endif
    { SYS_futex, LIMIT_FUTEX, 3, "a lock, condition or join (futex)" },
#ifdef SYS_futex_time64 /* 32-bit machines, where time has 64 bits */
    { SYS_futex_time64, LIMIT_FUTEX, 3, "a lock, condition or join (futex)" },
    { SYS_clock_nanosleep_time64, LIMIT_ALWAYS, 0, "the clock (sleep)" },
    { SYS_rt_sigtimedwait_time64, LIMIT_NULL, 2, "a signal (sigwait)" },
    { SYS_ppoll_time64, LIMIT_NULL, 2, "a handle (poll)" },
    { SYS_pselect6_time64, LIMIT_NULL, 4, "a handle (select)" },
#endif
    { SYS_wait4, LIMIT_NONE, 0, "a child (wait)" },
    { SYS_waitid, LIMIT_NONE, 0, "a child (wait)" },
#ifdef SYS_vfork
    { SYS_vfork, LIMIT_NONE, 0, "a child's exec or end (vfork)" },
#endif
    { SYS_clone, LIMIT_NONE, 0, "a child's exec or end (clone)" },
    { SYS_clone3, LIMIT_NONE, 0, "a child's exec or end (clone3)" },
    { SYS_read, LIMIT_NONE, 0, "input (read)" },
    { SYS_readv, LIMIT_NONE, 0, "input (readv)" },
    { SYS_write, LIMIT_NONE, 0, "output (write)" },
    { SYS_writev, LIMIT_NONE, 0, "output (writev)" },
    { SYS_openat, LIMIT_NONE, 0, "the other end of a FIFO (open)" },
    { SYS_flock, LIMIT_NONE, 0, "a file's lock (flock)" },
    { SYS_fcntl, LIMIT_NONE, 0, "a file's lock (fcntl)" },
#ifdef SYS_fcntl64
    { SYS_fcntl64, LIMIT_NONE, 0, "a file's lock (fcntl)" },
#endif
    { SYS_recvfrom, LIMIT_NONE, 0, "a message (recv)" },
    { SYS_recvmsg, LIMIT_NONE, 0, "a message (recvmsg)" },
#ifdef SYS_accept
    { SYS_accept, LIMIT_NONE, 0, "a connection (accept)" },
#endif
    { SYS_accept4, LIMIT_NONE, 0, "a connection (accept)" },
#ifdef SYS_msgrcv /* some 32-bit machines have only ipc(2) */
    { SYS_msgrcv, LIMIT_NONE, 0, "a message (msgrcv)" },
    { SYS_msgsnd, LIMIT_NONE, 0, "a message queue (msgsnd)" },
#endif
#ifdef SYS_semop
    { SYS_semop, LIMIT_NONE, 0, "a semaphore (semop)" },
#endif
    { SYS_rt_sigsuspend, LIMIT_NONE, 0, "a signal (sigsuspend)" },
    { SYS_rt_sigtimedwait, LIMIT_NULL, 2, "a signal (sigwait)" },
    { SYS_ppoll, LIMIT_NULL, 2, "a handle (poll)" },
    { SYS_pselect6, LIMIT_NULL, 4, "a handle (select)" },
    { SYS_epoll_pwait, LIMIT_NEGATIVE, 3, "a handle (epoll)" },
#ifdef SYS_waitpid
    { SYS_waitpid, LIMIT_NONE, 0, "a child (wait)" },
#endif
#ifdef SYS__newselect
    { SYS__newselect, LIMIT_NULL, 4, "a handle (select)" },
#endif
#if defined SYS_select && !defined __i386__ /* there it has one argument */
    { SYS_select, LIMIT_NULL, 4, "a handle (select)" },
#endif
#ifdef SYS_pause /* old machines' calls, which newer ones do not have */
    { SYS_pause, LIMIT_NONE, 0, "a signal (pause)" },
    { SYS_open, LIMIT_NONE, 0, "the other end of a FIFO (open)" },
    { SYS_poll, LIMIT_NEGATIVE, 2, "a handle (poll)" },
    { SYS_epoll_wait, LIMIT_NEGATIVE, 3, "a handle (epoll)" },
#endif
};

static const struct call *find_call(long number)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (calls[i].number == number)
            return &calls[i];
    return NULL;
}

static bool without_limit(const struct call *call, const unsigned long *args)
{
    unsigned long argument = args[call->argument];

    switch (call->limit) {
    case LIMIT_NONE:
        return true;
    case LIMIT_ALWAYS:
        return false;
    case LIMIT_NULL:
        return argument == 0;
    case LIMIT_NEGATIVE:
        return (int)argument < 0;
    case LIMIT_FUTEX:
        switch ((int)args[1] & FUTEX_CMD_MASK) {
        case FUTEX_WAIT:
        case FUTEX_WAIT_BITSET:
        case FUTEX_LOCK_PI:
        case FUTEX_LOCK_PI2:
            return argument == 0;
        default:
            return false;
        }
    }
    return false;
}

/* /proc/PID/task/TID/syscall: "running", or the call's number and arguments,
 * or "-1 …" for a sleep that is no system call (a page fault). */
static enum waits judge_call(const char *line, struct task *task)
{
    unsigned long a[6];

    if (strncmp(line, "running", 7) == 0)
        return WAITS_NOT;
    if (sscanf(line, "%ld %lx %lx %lx %lx %lx %lx", &task->call, &a[0], &a[1],
               &a[2], &a[3], &a[4], &a[5]) < 7)
        return WAITS_UNKNOWN;
    const struct call *call = find_call(task->call);
    if (call == NULL)
        return WAITS_UNKNOWN;
    if (task->call == SYS_clone && (a[0] & CLONE_VFORK) == 0)
        return WAITS_UNKNOWN; /* a plain fork waits for nobody */
    task->held = call->limit == LIMIT_FUTEX &&
                 ((int)a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET &&
                 (unsigned)a[5] == STAGE_HELD; /* above it, anything */
    return without_limit(call, a) ? WAITS_FOREVER : WAITS_A_WHILE;
}

static unsigned long long field(const char *status, const char *name)
{
    const char *at = strstr(status, name);

    return at != NULL ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static int read_file(const struct task *task, const char *file, char *text,
                     int size)
{
    char path[96];

    snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)task->pid,
             (int)task->tid, file);
    return proc_read(path, text, size);
}

/* Where the system call is hidden, the kernel function in which it sleeps
 * often is not: at least a nap can be told from a wait. */
static enum waits judge_place(const struct task *task)
{
    char place[128];

    if (read_file(task, "wchan", place, sizeof place) > 0 &&
        strstr(place, "nanosleep") != NULL)
        return WAITS_A_WHILE;
    return WAITS_FOREVER;
}

/* In state D: has it lent its memory to a child (vfork)? A fork sleeps so, too,
 * on its way through the kernel, and is nobody's waiter: the place tells. */
static bool has_lent(const struct task *task)
{
    char place[128];

    return read_file(task, "wchan", place, sizeof place) > 0 &&
           (strstr(place, "vfork") != NULL ||
            strcmp(place, "kernel_clone") == 0);
}

/* The call says for what it would sleep, the state whether it does. Who is
 * stopped (T) goes on when somebody else says so. */
static enum waits judge_state(enum waits by_call, const struct task *task,
                              char state)
{
    if (state == 'Z' || state == 'X')
        return WAITS_DEAD;
    if (state == 'R')
        return WAITS_NOT;
    if (state == 'T')
        return WAITS_FOREVER;
    if (state == 'D' && by_call == WAITS_FOREVER && has_lent(task))
        return WAITS_FOREVER;
    if (state != 'S' && by_call != WAITS_NOT)
        return WAITS_UNKNOWN; /* D, t: not the sleep the call is about */
    return by_call;
}

/* Who is about to end has given its memory back, and from then on its files are
 * root's: that such a one is not to be read tells nothing of the others. */
static bool has_memory(const char *status)
{
    return strstr(status, "\nVmSize:\t") != NULL;
}

bool task_look(struct task *task, bool *blind)
{
    char text[4096];
    enum waits by_call = *blind ? judge_place(task) : WAITS_UNKNOWN;

    task->call = -1;
    task->held = false;
    if (!*blind) {
        int rc = read_file(task, "syscall", text, sizeof text);
        if (rc > 0)
            by_call = judge_call(text, task);
        else if (rc == -EPERM || rc == -EACCES || rc == -ENOENT)
            *blind = read_file(task, "status", text, sizeof text) > 0 &&
                     (rc == -ENOENT || has_memory(text));
    }
    if (read_file(task, "status", text, sizeof text) <= 0)
        return false;

    const char *state = strstr(text, "State:\t");
    task->waits = judge_state(by_call, task, state != NULL ? state[7] : 'R');
    task->parent = (pid_t)field(text, "\nPPid:\t");
    task->traced = field(text, "\nTracerPid:\t") != 0;
    task->siblings = (int)field(text, "\nThreads:\t");
    task->slept = field(text, "\nvoluntary_ctxt_switches:\t");
    task->pushed = field(text, "\nnonvoluntary_ctxt_switches:\t");
    task->cpu_ns = 0;
    if (read_file(task, "schedstat", text, sizeof text) > 0)
        task->cpu_ns = strtoull(text, NULL, 10);
    return true;
}

static const char *waits_for(const struct task *task)
{
    const struct call *call = find_call(task->call);

    return call != NULL ? call->what : "something";
}

int task_describe(const struct task *task, pid_t root, char *text, size_t size)
{
    const char *who = task->tid == root        ? "the main thread"
                      : task->pid == root      ? "thread"
                      : task->tid == task->pid ? "process"
                                               : "a child's thread";
    const char *does = task->waits == WAITS_DEAD  ? "has ended (a zombie)"
                       : task->waits == WAITS_NOT ? "runs and runs"
                       : task->held ? "was given work, and the check holds it"
                                    : "waits for ";
    bool waits =
        task->waits != WAITS_DEAD && task->waits != WAITS_NOT && !task->held;

    if (task->tid == root)
        return snprintf(text, size, "%s %s%s", who, does,
                        waits ? waits_for(task) : "");
    return snprintf(text, size, "%s %d %s%s", who, (int)task->tid, does,
                    waits ? waits_for(task) : "");
}
