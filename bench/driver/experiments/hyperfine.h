/* hyperfine as an instrument: its command lines, its JSON as rows, and back. */
#ifndef DRIVER_HYPERFINE_H
#define DRIVER_HYPERFINE_H

#include "experiment.h"

#include <limits.h>

enum { HYPERFINE_QUOTED = 2 * PATH_MAX };

/* 0 when hyperfine can be called; -EINVAL, with what to do, when it is not
 * installed; or what command_run says. */
int hyperfine_check(const volatile sig_atomic_t *stop, struct failure *failure);

/* Writes folder/program as hyperfine has to be given it: it cuts a command
 * line at its spaces, as a shell would. */
void hyperfine_quote(const char *folder, const char *program,
                     char quoted[HYPERFINE_QUOTED]);

/* struct bench_case's `read`: from what hyperfine exports to rows of
 * creations,run,wall_s,error. A command's creations are its `samples=`. */
int hyperfine_rows(const struct bench_case *bench_case, char *text,
                   struct rows *ret, struct failure *failure);

/* The slope of each round's line, µs a creation. 0 or -ENOMEM. */
int hyperfine_slopes(const struct samples *samples, size_t case_index,
                     struct series *ret);

/* Keeps all rounds' runs as hyperfine-CASE.json, in its own format and with its
 * own names (seconds), so that its scripts can read them. 0 or -ENOMEM. */
int hyperfine_keep(const struct bench_case *bench_case,
                   const struct samples *samples, size_t case_index,
                   struct report *report);

#endif
