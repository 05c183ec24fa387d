/* Where each fact about the machine comes from (proc(5), sysfs(5), hwloc), and
 * what it was busy with. */
#define _GNU_SOURCE /* asprintf */
#include "machine.h"

#include "cgroup.h"
#include "hosting.h"
#include "topology.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS     "/sys/devices/system/cpu"
#define SUPPLIES "/sys/class/power_supply"

/* x86 and a few others name the model; a board names itself, and its cores
 * only by number. */
static void read_cpu_model(const char *root, struct machine *ret)
{
    static const char *const keys[] = { "model name", "cpu model", "cpu" };
    char board[MACHINE_TEXT / 2], part[16];

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (facts_field(root, "/proc/cpuinfo", keys[i], ret->cpu_model,
                        sizeof ret->cpu_model))
            return;
    facts_field(root, "/proc/cpuinfo", "CPU part", part, sizeof part);
    if (!facts_line(root, "/proc/device-tree/model", board, sizeof board))
        facts_field(root, "/proc/cpuinfo", "Model", board, sizeof board);
    if (board[0] != '\0' && part[0] != '\0')
        snprintf(ret->cpu_model, sizeof ret->cpu_model, "%s (CPU part %s)",
                 board, part);
    else if (part[0] != '\0')
        snprintf(ret->cpu_model, sizeof ret->cpu_model, "CPU part %s", part);
    else
        snprintf(ret->cpu_model, sizeof ret->cpu_model, "%s", board);
}

static long memory_mib(const char *root, const char *key)
{
    char text[32];

    if (!facts_field(root, "/proc/meminfo", key, text, sizeof text))
        return FACT_UNKNOWN;
    return strtol(text, NULL, 10) / 1024; /* kB, by which it means KiB */
}

/* The word in brackets of "always [madvise] never". */
static void read_thp(const char *root, struct machine *ret)
{
    char line[MACHINE_TEXT];

    facts_line(root, "/sys/kernel/mm/transparent_hugepage/enabled", line,
               sizeof line);
    if (sscanf(line, "%*[^[][%127[^]]", ret->thp) < 1 &&
        sscanf(line, "[%127[^]]", ret->thp) < 1)
        ret->thp[0] = '\0';

    long bytes = facts_number(
        root, "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");
    ret->huge_page_kib = bytes > 0 ? bytes / 1024 : FACT_UNKNOWN;
}

static void read_governor(const char *root, struct machine *ret)
{
    char path[128];

    snprintf(path, sizeof path, CPUS "/cpu%d/cpufreq/scaling_governor",
             ret->first_cpu);
    facts_line(root, path, ret->governor, sizeof ret->governor);
}

static void read_turbo(const char *root, struct machine *ret)
{
    long off = facts_number(root, CPUS "/intel_pstate/no_turbo");
    long on = facts_number(root, CPUS "/cpufreq/boost");

    if (off != FACT_UNKNOWN)
        ret->turbo = off == 0;
    else
        ret->turbo = on == FACT_UNKNOWN ? FACT_UNKNOWN : on != 0;
}

/* A battery of the machine itself, that is, not of its mouse. */
static bool discharging(const char *root, const char *name)
{
    char path[sizeof SUPPLIES + NAME_MAX + 16], text[32];

    snprintf(path, sizeof path, SUPPLIES "/%s/scope", name);
    if (facts_line(root, path, text, sizeof text) &&
        strcmp(text, "Device") == 0)
        return false;
    snprintf(path, sizeof path, SUPPLIES "/%s/status", name);
    facts_line(root, path, text, sizeof text);
    return strcmp(text, "Discharging") == 0;
}

/* Unknown without any power supply: many a desktop lists none. */
static void read_power(const char *root, struct machine *ret)
{
    char *path;

    ret->on_battery = FACT_UNKNOWN;
    if (asprintf(&path, "%s" SUPPLIES, root) < 0)
        return;
    DIR *supplies = opendir(path);
    free(path);
    if (supplies == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(supplies)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        if (ret->on_battery == FACT_UNKNOWN)
            ret->on_battery = 0;
        if (discharging(root, entry->d_name))
            ret->on_battery = 1;
    }
    closedir(supplies);
}

static void read_usable(const char *root, struct machine *ret)
{
    ret->quota_cpus = cgroup_quota(root);
    ret->usable_cpus = ret->affinity_cpus;
    if (ret->quota_cpus > 0 && ret->quota_cpus < ret->affinity_cpus)
        ret->usable_cpus = (int)fmax(floor(ret->quota_cpus), 1);
}

/* A machine can have SMT that a restricted view of its cores does not show. */
static void read_smt(const char *root, struct machine *ret)
{
    long active = facts_number(root, CPUS "/smt/active");

    if (ret->cores > 0 && ret->hardware_threads > ret->cores)
        ret->smt_active = 1;
    else if (active != FACT_UNKNOWN)
        ret->smt_active = active != 0;
    else
        ret->smt_active = ret->cores > 0 ? 0 : FACT_UNKNOWN;
}

int machine_read(const char *root, struct machine *ret)
{
    *ret = (struct machine){ 0 };
    int rc = topology_read(root, ret);
    if (rc < 0)
        return rc;
    read_smt(root, ret);

    facts_line(root, "/proc/sys/kernel/hostname", ret->host, sizeof ret->host);
    facts_line(root, "/proc/sys/kernel/osrelease", ret->kernel,
               sizeof ret->kernel);
    facts_line(root,
               "/sys/devices/system/clocksource/clocksource0/"
               "current_clocksource",
               ret->clock_source, sizeof ret->clock_source);
    hosting_virtualisation(root, ret->virtualisation,
                           sizeof ret->virtualisation);
    hosting_container(root, ret->container, sizeof ret->container);
    ret->memory_mib = memory_mib(root, "MemTotal");
    ret->memory_available_mib = memory_mib(root, "MemAvailable");
    ret->aslr = facts_number(root, "/proc/sys/kernel/randomize_va_space");
    ret->overcommit = facts_number(root, "/proc/sys/vm/overcommit_memory");
    read_cpu_model(root, ret);
    read_thp(root, ret);
    read_governor(root, ret);
    read_turbo(root, ret);
    read_power(root, ret);
    read_usable(root, ret);
    return 0;
}

/* ---- Load ---- */

int machine_load(const char *root, struct load *ret)
{
    unsigned long long user, nice, system, idle, iowait, irq, softirq, steal;
    char line[256];

    if (!facts_line(root, "/proc/stat", line, sizeof line))
        return -ENOENT;
    if (sscanf(line, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user,
               &nice, &system, &idle, &iowait, &irq, &softirq, &steal) != 8)
        return -EINVAL;
    *ret = (struct load){
        .load1 = NAN,
        .busy = user + nice + system + irq + softirq,
        .idle = idle + iowait,
        .steal = steal,
    };
    if (facts_line(root, "/proc/loadavg", line, sizeof line))
        sscanf(line, "%lf", &ret->load1);
    return 0;
}

double machine_steal_share(const struct load *before, const struct load *after)
{
    double busy = (double)after->busy - (double)before->busy;
    double idle = (double)after->idle - (double)before->idle;
    double steal = (double)after->steal - (double)before->steal;
    double ticks = busy + idle + steal;

    return ticks > 0 ? fmax(steal, 0) / ticks : NAN;
}
