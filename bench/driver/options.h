/* The command line of bench. */
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

#include "context.h"
#include "experiments/experiment.h"
#include "failure.h"

enum { OPTIONS_EXPERIMENTS = 16, OPTIONS_TEXTS = 4 };

struct command_line {
    struct options options;
    const char *output; /* NULL: a new folder below results/ */
    bool wait;
    bool selftest; /* instead of experiments */
    const struct experiment *chosen[OPTIONS_EXPERIMENTS + 1]; /* NULL ends */
    char *texts[OPTIONS_TEXTS]; /* what the others point into */
};

/* Reads the command line. 0; 1 when it asked for help or a list, which was printed; or
 * -EINVAL with the reason. In any case options_free() comes after it. */
int options_read(int argc, const char *argv[], struct command_line *ret,
                 struct failure *failure);
void options_free(struct command_line *line);

#endif
