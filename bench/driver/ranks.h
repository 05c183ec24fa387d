/* Ranks: the same work once more, by programs that a launcher (mpirun) starts,
 * here or on the hosts of a hostfile. Several cases share a launch, since one
 * takes longer than what is measured in it. */
#ifndef DRIVER_RANKS_H
#define DRIVER_RANKS_H

#include "failure.h"
#include "plan.h"
#include "rows.h"

#include <jansson.h>
#include <stdbool.h>

struct context;

/* How ranks can be started, as ranks_find() found it. */
struct ranks {
    char why_not[200]; /* "": they can */
    bool on_hosts;     /* of a hostfile, not here */
    int most;          /* ranks that have a slot; here, a CPU */
    int most_on_host;  /* of one host */
    char *hosts;       /* for the launcher: "alpha:2,beta:2"; NULL: here */
    char *two_hosts;   /* "alpha:1,beta:1"; NULL: there are no two */
    json_t *facts;     /* what each host says of itself; an array, or NULL */
};

enum {
    RANKS_LIMIT_S = 40,  /* after which a rank ends itself */
    RANKS_PATIENCE_S = 5 /* beyond that, for their launcher */
};

/* Reads the hostfile, if one was given. 0; -EINVAL with what is wrong in it; or
 * another -errno. ranks_free() in any case. */
int ranks_hosts(struct context *context, struct failure *failure);

/* Starts ranks that say where they are. What is missing is told in why_not, and
 * no failure, unless there is a hostfile: -EINVAL, or another -errno. */
int ranks_find(struct context *context, struct failure *failure);
void ranks_free(struct ranks *ranks);

/* Marks a case of that name as unavailable where it cannot be measured, or is
 * left out by the quick profile. */
void ranks_check(const struct context *context, struct bench_case *added);

/* Makes one launch of so many ranks measure all available cases of that name
 * and, unless that is NULL, that placement: the first of them leads, with
 * `hosts` (NULL: here) and the launch's measure as its command. Returns the
 * leader, whose further words come then, or NULL where no such case is left;
 * -errno in *ret_error. */
struct bench_case *ranks_lead(const struct context *context, struct plan *plan,
                              const char *name, const char *placement,
                              const char *measure, int ranks, const char *hosts,
                              int *ret_error);

/* struct bench_case's `read`: of all rows that a launch printed, those that
 * have this case's placement and parameters; these columns are left out. */
int ranks_rows(const struct bench_case *bench_case, char *text,
               struct rows *ret, struct failure *failure);

#endif
