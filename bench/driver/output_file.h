/* One file of a run: whole under its own name, or not there at all. */
#ifndef DRIVER_OUTPUT_FILE_H
#define DRIVER_OUTPUT_FILE_H

#include "failure.h"
#include "output.h"

#include <limits.h>
#include <stdio.h>

struct output_file {
    FILE *stream; /* to write to, between begin and end */
    int error;    /* set it to have the file given up; 0 at begin */
    char temporary[PATH_MAX], final[PATH_MAX];
};

/* Opens a temporary file beside the final one. 0 or -errno with the reason. */
int output_file_begin(const struct output *output, const char *name,
                      struct output_file *file, struct failure *failure);

/* Makes it whole: everything on the disk, readable, under its own name. On
 * -errno nothing of it is left. */
int output_file_end(struct output_file *file, struct failure *failure);

/* Notes that a path cannot be written, and what to do. Returns rc. */
int output_refused(struct failure *failure, int rc, const char *path);

#endif
