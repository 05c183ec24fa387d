/* Cores, hardware threads, and which of them this process may use. */
#ifndef DRIVER_TOPOLOGY_H
#define DRIVER_TOPOLOGY_H

struct machine;

/* Fills in the topology, usable_cpu, affinity_cpus, cores_usable, and the
 * places to measure. -ENODATA when nothing says which CPUs may be used,
 * -ENOMEM. Below a root other than "" hwloc reads topology.xml. */
int topology_read(const char *root, struct machine *ret);

#endif
