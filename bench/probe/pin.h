/* Where to run. */
#ifndef PROBE_PIN_H
#define PROBE_PIN_H

/* From now on the calling thread runs on this CPU alone; -1: no change. 0, or
 * -errno from sched_setaffinity(2): EINVAL when it may not run there. */
int pin_to(int cpu);

#endif
