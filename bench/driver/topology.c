/* hwloc knows which CPUs are hardware threads of one core, and what is near
 * what, on every platform. Notice that it is asked for the whole machine:
 * what this process may use of it is the affinity's business. */
#define _GNU_SOURCE /* sched_getaffinity, CPU_ALLOC */
#include "topology.h"

#include "machine.h"

#include <errno.h>
#include <hwloc.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

static int set_up(const char *root, hwloc_topology_t topology)
{
    char xml[PATH_MAX];

    snprintf(xml, sizeof xml, "%s/topology.xml", root);
    if (root[0] != '\0' && hwloc_topology_set_xml(topology, xml) < 0)
        return -ENOENT;
    if (hwloc_topology_set_flags(topology,
                                 HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED) < 0 ||
        hwloc_topology_load(topology) < 0)
        return -ENOENT;
    return 0;
}

/* The real machine, or the file of a test's. NULL when there is none. */
static hwloc_topology_t load(const char *root)
{
    hwloc_topology_t topology;

    if (hwloc_topology_init(&topology) < 0)
        return NULL;
    if (set_up(root, topology) == 0)
        return topology;
    hwloc_topology_destroy(topology);
    return NULL;
}

static int real_affinity(hwloc_bitmap_t ret_cpus)
{
    cpu_set_t *set = CPU_ALLOC(MACHINE_CPUS);
    size_t size = CPU_ALLOC_SIZE(MACHINE_CPUS);

    if (set == NULL)
        return -ENOMEM;
    CPU_ZERO_S(size, set);
    int rc = sched_getaffinity(0, size, set) == 0 ? 0 : -errno;
    for (unsigned cpu = 0; rc == 0 && cpu < MACHINE_CPUS; cpu++)
        if (CPU_ISSET_S(cpu, size, set))
            hwloc_bitmap_set(ret_cpus, cpu);
    CPU_FREE(set);
    return rc;
}

/* Below a root the kernel's list stands in, then the topology as a whole. */
static int affinity(const char *root, hwloc_topology_t topology,
                    hwloc_bitmap_t ret_cpus)
{
    char list[1024];

    if (root[0] == '\0')
        return real_affinity(ret_cpus);
    if (facts_field(root, "/proc/self/status", "Cpus_allowed_list", list,
                    sizeof list) &&
        hwloc_bitmap_list_sscanf(ret_cpus, list) == 0)
        return 0;
    if (topology != NULL &&
        hwloc_bitmap_copy(ret_cpus,
                          hwloc_topology_get_topology_cpuset(topology)) == 0)
        return 0;
    return -ENODATA;
}

static int list_usable(hwloc_const_bitmap_t cpus, struct machine *ret)
{
    ret->affinity_cpus = 0;
    for (int cpu = hwloc_bitmap_first(cpus); cpu >= 0 && cpu < MACHINE_CPUS;
         cpu = hwloc_bitmap_next(cpus, cpu))
        ret->usable_cpu[ret->affinity_cpus++] = cpu;
    memcpy(ret->spread_cpu, ret->usable_cpu, sizeof ret->spread_cpu);
    if (ret->affinity_cpus == 0)
        return -ENODATA;
    ret->first_cpu = ret->usable_cpu[0];
    ret->sibling_cpu = -1;
    ret->other_cpu = -1;
    return 0;
}

/* A system that tells no cores has one hardware thread in each, as far as it
 * goes: the hardware thread stands for its core. */
static hwloc_obj_t core_of(hwloc_topology_t topology, hwloc_obj_t pu)
{
    hwloc_obj_t core =
        hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);

    return core != NULL ? core : pu;
}

static void count_cores(hwloc_topology_t topology, struct machine *ret)
{
    int threads = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
    int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);

    ret->hardware_threads = threads;
    ret->cores = cores > 0 ? cores : threads;
}

/* How many usable CPUs of its core come before this one. */
static int rank_in_core(hwloc_topology_t topology, hwloc_const_bitmap_t cpus,
                        int cpu)
{
    hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(topology, (unsigned)cpu);
    int rank = 0;

    if (pu == NULL)
        return 0;
    hwloc_const_bitmap_t core = core_of(topology, pu)->cpuset;
    for (int other = hwloc_bitmap_first(core); other >= 0 && other < cpu;
         other = hwloc_bitmap_next(core, other))
        rank += hwloc_bitmap_isset(cpus, (unsigned)other) != 0;
    return rank;
}

/* One CPU of each core first, then the second of each, and so on; a core is
 * counted at its first. */
static void spread(hwloc_topology_t topology, hwloc_const_bitmap_t cpus,
                   struct machine *ret)
{
    int placed = 0;

    for (int rank = 0; placed < ret->affinity_cpus; rank++) {
        for (int i = 0; i < ret->affinity_cpus; i++)
            if (rank_in_core(topology, cpus, ret->usable_cpu[i]) == rank)
                ret->spread_cpu[placed++] = ret->usable_cpu[i];
        if (rank == 0)
            ret->cores_usable = placed;
    }
}

/* `closest` begins with the nearest: of each sort the first one is taken. */
static void choose_neighbours(hwloc_topology_t topology, hwloc_obj_t pu,
                              hwloc_const_bitmap_t cpus, hwloc_obj_t *closest,
                              unsigned n, struct machine *ret)
{
    for (unsigned i = 0; i < n; i++) {
        if (!hwloc_bitmap_isset(cpus, closest[i]->os_index))
            continue;
        bool sibling = core_of(topology, closest[i]) == core_of(topology, pu);
        int *place = sibling ? &ret->sibling_cpu : &ret->other_cpu;
        if (*place < 0)
            *place = (int)closest[i]->os_index;
    }
}

static int find_neighbours(hwloc_topology_t topology, hwloc_const_bitmap_t cpus,
                           struct machine *ret)
{
    unsigned room = (unsigned)ret->hardware_threads;
    hwloc_obj_t pu =
        hwloc_get_pu_obj_by_os_index(topology, (unsigned)ret->first_cpu);
    if (pu == NULL)
        return 0;

    hwloc_obj_t *closest = calloc(room, sizeof *closest);
    if (closest == NULL)
        return -ENOMEM;
    unsigned found = hwloc_get_closest_objs(topology, pu, closest, room);
    choose_neighbours(topology, pu, cpus, closest, found, ret);
    free(closest);
    return 0;
}

#if HWLOC_API_VERSION >= 0x00020400

/* A name for a kind of core: what the system calls it, or its place among
 * the kinds, of which hwloc lists the fastest last. */
static void name_kind(hwloc_topology_t topology, int kind, int kinds,
                      char *ret_name)
{
    unsigned infos = 0;
    struct hwloc_info_s *info = NULL;

    snprintf(ret_name, MACHINE_TEXT, "kind %d of %d", kind + 1, kinds);
    if (hwloc_cpukinds_get_info(topology, (unsigned)kind, NULL, NULL, &infos,
                                &info, 0) < 0)
        return;
    for (unsigned i = 0; i < infos; i++)
        if (strcmp(info[i].name, "CoreType") == 0)
            snprintf(ret_name, MACHINE_TEXT, "%s", info[i].value);
}

static void classify(hwloc_topology_t topology, int cpu, char *ret_name)
{
    int kinds = hwloc_cpukinds_get_nr(topology, 0);

    if (cpu < 0 || kinds < 1)
        return;
    if (kinds == 1) {
        snprintf(ret_name, MACHINE_TEXT, "uniform");
        return;
    }
    hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(topology, (unsigned)cpu);
    int kind =
        pu == NULL ? -1 : hwloc_cpukinds_get_by_cpuset(topology, pu->cpuset, 0);
    if (kind >= 0)
        name_kind(topology, kind, kinds, ret_name);
}

#else

/* hwloc before 2.4 cannot tell kinds of cores: unknown. */
static void classify(hwloc_topology_t topology, int cpu, char *ret_name)
{
    (void)topology;
    (void)cpu;
    ret_name[0] = '\0';
}

#endif

static int describe(const char *root, hwloc_topology_t topology,
                    hwloc_bitmap_t cpus, struct machine *ret)
{
    int rc = affinity(root, topology, cpus);
    if (rc == 0)
        rc = list_usable(cpus, ret);
    if (rc < 0 || topology == NULL)
        return rc;

    count_cores(topology, ret);
    spread(topology, cpus, ret);
    rc = find_neighbours(topology, cpus, ret);
    classify(topology, ret->first_cpu, ret->cpu_class);
    classify(topology, ret->other_cpu, ret->other_cpu_class);
    return rc;
}

int topology_read(const char *root, struct machine *ret)
{
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    if (cpus == NULL)
        return -ENOMEM;

    hwloc_topology_t topology = load(root);
    int rc = describe(root, topology, cpus, ret);
    if (topology != NULL)
        hwloc_topology_destroy(topology);
    hwloc_bitmap_free(cpus);
    return rc;
}
