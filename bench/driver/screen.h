/* What a person sees: progress while measuring, the short table at the end. */
#ifndef DRIVER_SCREEN_H
#define DRIVER_SCREEN_H

#include "report.h"

#include <stdbool.h>
#include <stdio.h>

/* Progress of one experiment. On a terminal one line that is drawn again
 * between rounds; elsewhere nothing but the first line. */
struct screen {
    FILE *out;
    bool terminal;
    const char *experiment;
};

void screen_begin(struct screen *screen, const char *experiment,
                  const char *question);
/* As struct sampler's progress; arg is the screen. */
void screen_progress(void *arg, unsigned rounds, double elapsed_s,
                     double left_s);
void screen_end(struct screen *screen, unsigned rounds, double seconds);

/* The report's lines: columns (split by tabs) aligned, each group of lines
 * that begins with an unindented one by itself. Fits 80 columns when its cells
 * do. */
void screen_table(FILE *out, const struct report *report);

#endif
