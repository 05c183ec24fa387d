/* What the probe can measure: a table of measures, each one file. */
#ifndef PROBE_MEASURES_H
#define PROBE_MEASURES_H

#include "arguments.h"
#include "table.h"

struct measure {
    const char *name, *summary;
    const struct key *keys;
    /* Measures, then prints its tables. 0; or -errno with one line of reason
     * in message (at most MEASURE_MESSAGE bytes). */
    int (*run)(const struct arguments *arguments, struct table *table,
               char *message);
};

enum { MEASURE_MESSAGE = 512 };

extern const struct measure measure_creation;
extern const struct measure measure_ladder;
extern const struct measure measure_granularity;
extern const struct measure measure_speedup;
extern const struct measure measure_writing;
extern const struct measure measure_population;
extern const struct measure measure_order;
extern const struct measure measure_exchange;
extern const struct measure measure_switching;

#endif
