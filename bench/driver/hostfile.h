/* The hosts that ranks may run on, as their owner lists them: a line a host,
 * `alpha slots=2` (Open MPI's way) or `alpha:2` (MPICH's). Blank lines and what
 * follows a # do not count. */
#ifndef DRIVER_HOSTFILE_H
#define DRIVER_HOSTFILE_H

#include "failure.h"

#include <stddef.h>

enum {
    HOSTFILE_BYTES = 64 * 1024,
    HOSTFILE_HOSTS = 512,
    HOSTFILE_NAME = 64,
    HOSTFILE_SLOTS = 16384 /* of all hosts together */
};

struct hostfile {
    struct hostfile_host {
        char name[HOSTFILE_NAME];
        int slots; /* ranks that it takes */
    } hosts[HOSTFILE_HOSTS];
    int count, slots; /* slots of all */
};

/* A host that is named twice has the slots of both lines. 0; -EINVAL with what
 * is wrong, and in which line; or another -errno. */
int hostfile_read(const char *path, struct hostfile *ret,
                  struct failure *failure);

/* "alpha:2,beta:4": the first `hosts` of them, each with its slots, or with
 * `slots` if that is not 0. To be freed; NULL without memory. */
char *hostfile_list(const struct hostfile *hostfile, int hosts, int slots);

#endif
