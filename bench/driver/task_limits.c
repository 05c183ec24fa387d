/* Limits on tasks, as the kernel checks them one after the other in fork: any
 * of them ends in the same EAGAIN, so they have to be looked up before. */
#include "task_limits.h"

#include "cgroup.h"
#include "facts.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* A group that is full leaves room for less than one, but not for none: 0 says
 * that there is no limit. */
static double room_of_group(const char *root, const char *group)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof path, "%s/pids.max", group);
    long most = facts_number(root, path); /* "max" is no number */
    snprintf(path, sizeof path, "%s/pids.current", group);
    long now = facts_number(root, path);
    if (most < 0)
        return 0;
    return fmax(0.5, (double)(most - (now > 0 ? now : 0)));
}

static double room_in_cgroups(const char *root)
{
    double room = cgroup_tightest(root, "pids", room_of_group);

    return room > 0 ? room : INFINITY; /* also when it is unknown */
}

/* CAP_SYS_ADMIN (21) and CAP_SYS_RESOURCE (24), and user 0. */
static bool is_exempt(const char *root, long uid)
{
    char text[64];

    if (uid == 0)
        return true;
    if (!facts_field(root, "/proc/self/status", "CapEff", text, sizeof text))
        return false;
    return (strtoull(text, NULL, 16) & (1ULL << 21 | 1ULL << 24)) != 0;
}

/* All threads of that user's processes. */
static double tasks_of_user(const char *root, long uid)
{
    char path[PATH_MAX], text[64];
    double tasks = 0;

    snprintf(path, sizeof path, "%s/proc", root);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return 0;
    for (const struct dirent *at; (at = readdir(folder)) != NULL;) {
        if (!isdigit((unsigned char)at->d_name[0]))
            continue;
        snprintf(path, sizeof path, "/proc/%s/status", at->d_name);
        if (facts_field(root, path, "Uid", text, sizeof text) &&
            atol(text) == uid &&
            facts_field(root, path, "Threads", text, sizeof text))
            tasks += atol(text);
    }
    closedir(folder);
    return tasks;
}

/* The soft limit: "Max processes   SOFT   HARD   processes". */
static double process_limit(const char *root)
{
    char line[256];
    double limit = INFINITY;
    FILE *file = facts_open(root, "/proc/self/limits");

    if (file == NULL)
        return INFINITY;
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned long soft;

        if (sscanf(line, "Max processes %lu", &soft) == 1)
            limit = (double)soft;
    }
    fclose(file);
    return limit;
}

static double room_of_user(const char *root)
{
    char uid[64];
    double limit = process_limit(root);

    if (isinf(limit) ||
        !facts_field(root, "/proc/self/status", "Uid", uid, sizeof uid) ||
        is_exempt(root, atol(uid)))
        return INFINITY;
    return fmax(0, limit - tasks_of_user(root, atol(uid)));
}

/* "0.20 0.18 0.12 1/80 11206": 80 tasks in all. */
static double tasks_of_machine(const char *root)
{
    char line[128];
    double tasks = 0;

    if (facts_line(root, "/proc/loadavg", line, sizeof line))
        (void)sscanf(line, "%*s %*s %*s %*d/%lf", &tasks);
    return tasks;
}

static double room_below(const char *root, const char *path)
{
    long most = facts_number(root, path);

    return most < 0 ? INFINITY : fmax(0, (double)most - tasks_of_machine(root));
}

static double room_for_stacks(const char *root)
{
    enum { OTHER_MAPPINGS = 200 };
    long most = facts_number(root, "/proc/sys/vm/max_map_count");

    return most < 0 ? INFINITY : fmax(0, (double)(most - OTHER_MAPPINGS) / 2);
}

struct limit task_limits_room(const char *root, bool threads)
{
    const struct limit limits[] = {
        { room_in_cgroups(root), "pids.max of the cgroup" },
        { room_of_user(root), "the process limit (ulimit -u)" },
        { room_below(root, "/proc/sys/kernel/pid_max"), "kernel.pid_max" },
        { room_below(root, "/proc/sys/kernel/threads-max"),
          "kernel.threads-max" },
        { threads ? room_for_stacks(root) : INFINITY, "vm.max_map_count" },
    };
    struct limit tightest = { INFINITY, "" };

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        if (limits[i].room < tightest.room)
            tightest = limits[i];
    return tightest;
}

/* cgroup v1 says "no limit" by a number beyond all memory. */
static double memory_of_group(const char *root, const char *group)
{
    static const char *const names[] = { "memory.max",
                                         "memory.limit_in_bytes" };
    char path[PATH_MAX + 32];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", group, names[i]);
        double mib = (double)facts_number(root, path) / (1024 * 1024);
        if (mib > 0 && mib < 1e12)
            return mib;
    }
    return 0;
}

double task_limits_memory_mib(const char *root)
{
    double mib = cgroup_tightest(root, "memory", memory_of_group);

    return mib > 0 ? mib : 0;
}
