/* A trial: the student's function is called in a child, the judge watches from
 * outside, asks "does everyone wait?" instead of measuring a time, and at the
 * end stops and reaps whatever is left. Only facts come back; what they mean
 * is for the check to say (verdict.h). */
#ifndef CHECKING_TRIAL_H
#define CHECKING_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum trial_end {
    TRIAL_RETURNED, /* the body came back, and then everyone waited */
    TRIAL_CRASHED,  /* a signal ended the trial: outcome.signal, .crash */
    TRIAL_EXITED,   /* exit() or _exit() inside the exercise: .status */
    TRIAL_STUCK,    /* everyone waits and nothing can go on: .census */
    TRIAL_SPINNING, /* as stuck, but somebody tries again and again */
    TRIAL_ENDLESS,  /* more steps (trial_step) than limits.steps */
    TRIAL_CROWDED,  /* more threads and processes than limits.tasks */
    TRIAL_TOO_LONG, /* the wall limit, the last resort: .census */
};

/* Who is there, at a moment in which everyone waits. */
struct moment {
    bool returned;     /* the body has come back */
    int threads;       /* of the trial's process, beside its main thread */
    int processes;     /* alive, beside the trial's own */
    int other_session; /* of those: escaped by setsid */
    int zombies;       /* ended, and nobody has waited for them */
};

/* 0 stands for the default. */
struct limits {
    int wall_s;     /* 30; a last resort, not a verdict */
    int cpu_s;      /* 10, per process */
    int memory_mib; /* 1024, data of one process; none under a sanitizer */
    int file_mib;   /* 16, the largest file, and all that is printed */
    int tasks;      /* 200 threads and processes at a time */
    int steps;      /* 100000 calls of trial_step */
    int spin_ms;    /* 100 ms of CPU time without a step are a spin */
};

struct trial {
    /* In the child: calls the student's function and gives back its value.
     * When a forked child comes back here as well, its value is dropped, it is
     * counted (outcome.ran_on) and ended. So store no facts after the call. */
    long (*body)(void *facts);
    /* In the judge, each time everyone waits: open a gate and say true, or
     * say false when there is nothing to open: then the trial is over. May be
     * NULL. */
    bool (*on_quiet)(void *facts, const struct moment *now);
    void *facts; /* from trial_shared */
    struct limits limits;
};

struct crash {
    char where[96]; /* "exercise.c:17", or "" when it cannot be known */
    int signal;     /* 0: nothing crashed */
    bool in_child;  /* not the trial's own process, but one it forked */
    bool in_main;   /* the main thread of its process */
    const void *address;
    bool no_address; /* what was followed cannot be an address at all */
};

struct outcome {
    enum trial_end how;
    long result;        /* what the body gave back, if TRIAL_RETURNED */
    int signal;         /* TRIAL_CRASHED */
    int status;         /* TRIAL_EXITED */
    bool by_exit;       /* TRIAL_EXITED: exit(), not _exit() */
    int ran_on;         /* forked children that came back into the caller */
    struct crash crash; /* the first one, in whichever process */
    struct moment left; /* what was there at the end */
    int handles_left;   /* open now, not open before the call */
    int files_left;     /* in the trial's own working folder */
    char handles[200];  /* "3 (pipe), 4 (/tmp/x)" */
    char files[200];    /* "part-0, part-1" */
    char census[600];   /* who waited for what */
    char said[2048];    /* what was printed, from the start, bounded */
    size_t said_bytes;  /* how much it was in all */
};

/* Zeroed memory that the judge and all below the trial share; for facts. Lives
 * as long as the check. */
void *trial_shared(size_t bytes);

/* Where the machine itself fails (no process, no /proc), the check ends here
 * with 77 and the reason: that is not the student's fault. */
struct outcome trial_run(const struct trial *trial);

/* Inside a trial: something went on. Returns the step's number, from 0. */
int trial_step(void);

#endif
