/* A census: one picture of all tasks below the judge. Internal to the library.
 */
#ifndef CHECKING_CENSUS_H
#define CHECKING_CENSUS_H

#include "task.h"
#include "trial.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CENSUS_MAX = 512 };

struct census {
    pid_t root; /* the trial's own process */
    int n;
    bool whole; /* nobody came or went while it was taken */
    struct task tasks[CENSUS_MAX];
};

/* *blind as in task_look. */
void census_take(struct census *census, pid_t root, bool *blind);

struct moment census_moment(const struct census *census, bool returned);

/* Is somebody being debugged? */
bool census_traced(const struct census *census);

/* Has the trial's process ended? Then waitpid knows how. */
bool census_root_died(const struct census *census);

/* "the main thread waits for a child (wait); process 4711 runs and runs". Once
 * it has returned, the main thread is ours, and not mentioned. */
void census_describe(const struct census *census, bool returned, char *text,
                     size_t size);

#endif
