/* Where to run. */
#ifndef PROBE_PIN_H
#define PROBE_PIN_H

#include "arguments.h"

/* From now on the calling thread runs on this CPU alone; -1: no change. 0, or
 * -errno from sched_setaffinity(2): EINVAL when it may not run there. */
int pin_to(int cpu);

/* The same with what the argument `cpu` says. 0, or -errno with the reason in
 * a measure's message. */
int pin_as_asked(const struct arguments *arguments, char *message);

#endif
