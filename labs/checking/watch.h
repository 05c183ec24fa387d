/* The watch: does everyone wait? Asked of all processes below this one, and
 * answered without a clock. Internal to the library. */
#ifndef CHECKING_WATCH_H
#define CHECKING_WATCH_H

#include "stage.h"
#include "task.h"
#include "trial.h"

#include <stdbool.h>

enum { WATCH_MAX = 512 };

struct census {
    int n;
    bool whole; /* nobody came or went while it was taken */
    struct task tasks[WATCH_MAX];
};

/* What one task has spent since the last step. */
struct budget {
    pid_t tid;
    unsigned long slept, naps;          /* at the last look; seen until now */
    unsigned long pushed;               /* at the first look */
    unsigned long long cpu_ns, spun_ns; /* at the last look; until now */
};

struct watch {
    struct stage *stage;
    unsigned long spin_ms; /* from the limits */
    bool blind;            /* the kernel does not tell system calls */
    int looks;             /* when blind: how often all seemed quiet */
    int step;              /* at which `budgets` begin */
    int n_budgets;
    struct budget budgets[WATCH_MAX];
    struct census before, now; /* two pictures; `now` is what to report */
};

void watch_begin(struct watch *watch, struct stage *stage, int spin_ms);

/* Does everyone wait? watch->now is a picture of it. */
bool watch_quiet(struct watch *watch);

/* Just a picture, at any moment. */
void watch_picture(struct watch *watch);

/* From the picture. */
struct moment watch_moment(const struct watch *watch);
bool watch_spins(const struct watch *watch);
bool watch_traced(const struct watch *watch);
bool watch_root_died(const struct watch *watch);
void watch_describe(const struct watch *watch, char *text, size_t size);

#endif
