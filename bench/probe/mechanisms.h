/* Every way the system has to create an empty child and to wait for its end.
 * A mechanism is a row of a table; adding one touches mechanisms.c only. */
#ifndef PROBE_MECHANISMS_H
#define PROBE_MECHANISMS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <threads.h>

/* What a child writes down, if it is asked to, as its first act. */
struct stamp {
    uint64_t started_ns;
    int32_t cpu;
};

/* What a child is told. */
struct orders {
    int cpu;             /* move there first; -1: stay */
    struct stamp *stamp; /* shared with the parent; NULL: no stamp */
};

/* One child, reused for every creation of a block. It lies in a shared mapping,
 * so a forked child must not write to it. */
struct child {
    /* Set by the measure before prepare(). */
    struct orders orders;
    int stamp_fd;         /* the file behind stamp, for new programs; -1 */
    const char *programs; /* folder of the empty programs */

    /* Owned by the mechanism. */
    char *argv[4];
    char program[4096], cpu_text[12], fd_text[12];
    void *stack_top;
    pthread_t thread;
    thrd_t thrd;
    pid_t pid;
    _Atomic uint32_t tid; /* the kernel clears it at a raw thread's end */
    int code; /* what a child that shares our memory leaves behind */
};

struct mechanism {
    const char *name;   /* of the case: never a comma, quote or backslash */
    const char *family; /* timer | thread | process | program | control */
    const char *label;  /* for a chart's row */
    const char *note;   /* what the number includes, shown on the chart */
    const char *needs;  /* the empty program that it starts; "": none */
    /* Untimed, may be NULL. 0 or -errno. */
    int (*prepare)(struct child *child);
    /* Timed until the caller has control again. 0 or -errno. */
    int (*create)(struct child *child);
    /* Timed until the child is gone. 0; -errno; -EPROTO when the child did not
     * end the way an empty child ends. */
    int (*reap)(struct child *child);
};

extern const struct mechanism mechanisms[];
extern const size_t mechanisms_count;

/* The row of that name, or NULL. */
const struct mechanism *mechanism_find(const char *name);

#endif
