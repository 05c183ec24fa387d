/* One task (a process's thread, as the kernel counts them) in one picture, and
 * whether it waits. Internal to the library. */
#ifndef CHECKING_TASK_H
#define CHECKING_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum waits {
    WAITS_NOT,     /* runs, or would if it had a CPU */
    WAITS_FOREVER, /* sleeps in a system call without a time limit */
    WAITS_A_WHILE, /* sleeps in one that comes back by itself */
    WAITS_UNKNOWN, /* sleeps, and nobody knows for what */
    WAITS_DEAD,    /* has ended: a zombie */
};

struct task {
    pid_t pid, tid, parent;
    enum waits waits;
    long call;            /* the system call's number, or -1 */
    bool held;            /* at a gate: the check's doing */
    bool traced;          /* somebody looks at it with a debugger */
    int siblings;         /* threads of its process, as the kernel counts */
    unsigned long slept;  /* switches it asked for */
    unsigned long pushed; /* switches that it did not ask for */
    unsigned long long cpu_ns;
};

/* Takes the picture of task->pid, task->tid. False: it is gone. Sets *blind
 * when the kernel does not tell system calls here; with it set, any sleep
 * passes for WAITS_FOREVER. */
bool task_look(struct task *task, bool *blind);

/* "main thread 123 waits for a child (wait)" */
int task_describe(const struct task *task, pid_t root, char *text, size_t size);

#endif
