/* What every experiment may know: what was asked for, and where it runs. */
#ifndef DRIVER_CONTEXT_H
#define DRIVER_CONTEXT_H

#include "failure.h"
#include "machine.h"
#include "ranks.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>

enum profile_level {
    PROFILE_QUICK,
    PROFILE_DEFAULT,
    PROFILE_THOROUGH,
    PROFILES
};

/* How much to measure. A creation block ends after block_ms (though not below
 * three samples); `effort` scales what a block of the other experiments does. */
struct profile {
    const char *name;
    enum profile_level level; /* for tables with a column a profile */
    unsigned block_ms, effort;
};

struct options {
    const struct profile *profile;
    const char *cases;     /* names with commas between; NULL: all */
    const char *placement; /* likewise */
    double time_budget_s;  /* for each experiment; 0: the profile's */
    unsigned long seed;
    const char *hostfile; /* where ranks run; NULL: here */
};

struct context {
    struct options options;
    struct machine machine;
    struct ranks ranks;
    char programs[PATH_MAX]; /* the folder of the probes */
    char results[PATH_MAX];  /* the run's own folder; "" before there is one */
    const volatile sig_atomic_t *stop;
};

/* True when `name` is among the names in `list`, or list is NULL. */
bool context_asked(const char *list, const char *name);

/* The probes are beside this program. 0 or -errno with the reason. */
int context_find_programs(struct context *context, struct failure *failure);

#endif
