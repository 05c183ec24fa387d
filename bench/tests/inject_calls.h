/* For inject.c: kinds of system calls, and how to be asked before them. */
#ifndef TESTS_INJECT_CALLS_H
#define TESTS_INJECT_CALLS_H

#include <linux/seccomp.h>
#include <stdbool.h>

struct call;

/* The kind of that name, or NULL. */
const struct call *call_find(const char *name);

/* A kind may mean some descriptors only, which the filter does not know. */
bool call_is_meant(const struct call *call, const struct seccomp_data *made);

/* From now on this process, and whoever it starts, is stopped before each call
 * of the kind: the descriptor of whom to answer by (seccomp_unotify(2)); or
 * -1, errno. */
int call_filter(const struct call *call);

#endif
