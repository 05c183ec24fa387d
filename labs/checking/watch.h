/* The watch: does everyone wait? Asked of all processes below this one, and
 * answered without a clock. Internal to the library. */
#ifndef CHECKING_WATCH_H
#define CHECKING_WATCH_H

#include "census.h"
#include "stage.h"

#include <stdbool.h>

/* What one task has spent since the last step, as far as it was seen; and its
 * counters at the last look. */
struct budget {
    pid_t tid;
    unsigned long naps, pushes; /* a long nap counts as several */
    unsigned long long nap_began_ns, nap_seen_ns; /* the one it is in */
    unsigned long long spun_ns;
    unsigned long slept, pushed;
    unsigned long long cpu_ns;
};

struct watch {
    struct stage *stage;
    unsigned long spin_ms; /* from the limits */
    bool blind;            /* the kernel does not tell system calls */
    int looks;             /* when blind: how often all seemed quiet */
    int step;              /* at which `budgets` begin */
    unsigned long slept;   /* all tasks together, at the last look */
    int n_budgets;
    struct budget budgets[CENSUS_MAX];
    struct census before, now; /* two pictures; `now` is what to report */
};

void watch_begin(struct watch *watch, struct stage *stage, int spin_ms);

/* Does everyone wait? watch->now is a picture of it. */
bool watch_quiet(struct watch *watch);

/* Just a picture, at any moment. */
void watch_picture(struct watch *watch);

/* From the picture: somebody does not sleep, but tries again and again. */
bool watch_spins(const struct watch *watch);

#endif
