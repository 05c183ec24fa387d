/* How much work takes a given time here. */
#include "speedup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

enum { LIMIT_S = 60 };

/* Times the serial work once, in ms. */
static int serial_ms(const struct context *context, const char *workload,
                     unsigned long size, double *ret_ms,
                     struct failure *failure)
{
    char path[PATH_MAX + 8], workload_word[80], size_word[40];
    struct command command;
    struct rows rows;

    snprintf(path, sizeof(path), "%s/probe", context->programs);
    snprintf(workload_word, sizeof(workload_word), "workload=%s", workload);
    snprintf(size_word, sizeof(size_word), "size=%lu", size);
    char serial[] = "kind=serial", speedup[] = "speedup";
    char *const argv[] = {
        path, speedup, workload_word, serial, size_word, NULL
    };

    int rc = command_run(argv, LIMIT_S, context->stop, &command, failure);
    if (rc == 0)
        rc = rows_parse(command.out, &rows, failure);
    if (rc < 0)
        return rc;
    *ret_ms = rows_number(&rows.table[0], 0, "elapsed_ns") * 1e-6;
    rows_free(&rows);
    return isnan(*ret_ms) ? -EPROTO : 0;
}

/* Found in steps of at most a factor of eight, since time need not grow in
 * proportion. Two digits, so that runs of one machine often agree. */
int speedup_calibrate(const struct context *context, const char *workload,
                      double target, unsigned long *ret_size,
                      struct failure *failure)
{
    enum { STEPS = 16 };
    double size = 1;

    for (int step = 0; step < STEPS; step++) {
        double ms;
        int rc =
            serial_ms(context, workload, (unsigned long)size, &ms, failure);
        if (rc < 0)
            return rc;
        if (ms > 0.8 * target && ms < 1.25 * target)
            break;
        size = fmin(fmax(1, ceil(size * fmin(8, target / ms))), 1e8);
    }

    double unit = pow(10, floor(log10(size)) - 1);
    *ret_size =
        (unsigned long)fmax(1, floor(size / fmax(unit, 1)) * fmax(unit, 1));
    return 0;
}
