/* The software that a run's numbers depend on. */
#ifndef DRIVER_SOFTWARE_H
#define DRIVER_SOFTWARE_H

#include "context.h"

#include <jansson.h>

/* Versions, compiler, flags, date, seed, for run.json. NULL without memory. */
json_t *software_json(const struct context *context);

#endif
