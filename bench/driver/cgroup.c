/* A cgroup's quota binds everything below it, so each group on the way up may
 * be the tight one. /proc/self/cgroup names the group, /proc/self/mountinfo
 * says where groups can be seen. Notice that the two need not fit: in
 * a container the mount may begin at the group itself, or the group may not be
 * visible at all. Then what is visible counts, from the mount's top. */
#include "cgroup.h"

#include "facts.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A version of cgroups: where it is mounted, and how it writes a quota. */
struct version {
    const char *fstype;
    const char *controller; /* "": one hierarchy for all of them */
    double (*limit)(const char *root, const char *group);
};

/* A place where a hierarchy can be seen. */
struct mount {
    char top[PATH_MAX];   /* the group that the mount shows as its top */
    char point[PATH_MAX]; /* where */
};

/* 0 = no quota: a limit that is missing, "max" or -1. */
static double cpus(long quota_us, long period_us)
{
    if (quota_us <= 0 || period_us <= 0)
        return 0;
    return (double)quota_us / (double)period_us;
}

static double tighter(double one, double other)
{
    if (one > 0 && other > 0)
        return fmin(one, other);
    return fmax(one, other);
}

static double quota_v1(const char *root, const char *group)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", group);
    long quota_us = facts_number(root, path); /* -1: no limit */
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", group);
    long period_us = facts_number(root, path);
    return cpus(quota_us, period_us);
}

static double quota_v2(const char *root, const char *group)
{
    char path[PATH_MAX + 32], line[64];
    long quota_us, period_us;

    snprintf(path, sizeof path, "%s/cpu.max", group);
    facts_line(root, path, line, sizeof line);
    if (sscanf(line, "%ld %ld", &quota_us, &period_us) != 2) /* "max 100000" */
        return 0;
    return cpus(quota_us, period_us);
}

enum { VERSIONS = 2 };
static const struct version cpu_versions[VERSIONS] = {
    { "cgroup", "cpu", quota_v1 },
    { "cgroup2", "", quota_v2 },
};

/* This process's group: a line is `number:controllers:path`. */
static bool own_group(const char *root, const struct version *version,
                      char *ret_group, size_t size)
{
    char *line = NULL;
    size_t room = 0;
    bool found = false;

    FILE *file = facts_open(root, "/proc/self/cgroup");
    if (file == NULL)
        return false;
    while (!found && getline(&line, &room, file) >= 0) {
        char *rest = line;
        strsep(&rest, ":");
        char *controllers = strsep(&rest, ":");
        char *group = strsep(&rest, "\n");
        if (group == NULL)
            continue;
        found = version->controller[0] == '\0'
                    ? controllers[0] == '\0'
                    : facts_word(controllers, ",", version->controller);
        snprintf(ret_group, size, "%s", group);
    }
    free(line);
    fclose(file);
    return found;
}

/* The kernel writes a blank in a path as \040. */
static void unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; to++) {
        unsigned code;
        int length;
        if (sscanf(from, "\\%3o%n", &code, &length) == 1) {
            *to = (char)code;
            from += length;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

/* Reads a line of mountinfo: `id parent device top point options … - fstype
 * source options`. False for a mount of something else. */
static bool parse_mount(char *line, const struct version *version,
                        struct mount *ret)
{
    char *behind = strstr(line, " - ");
    char fstype[32], options[1024] = "";

    if (behind == NULL ||
        sscanf(behind, " - %31s %*s %1023s", fstype, options) < 1 ||
        strcmp(fstype, version->fstype) != 0)
        return false;
    if (version->controller[0] != '\0' &&
        !facts_word(options, ",", version->controller))
        return false;

    char *rest = line;
    for (int skipped = 0; skipped < 3; skipped++)
        strsep(&rest, " ");
    char *top = strsep(&rest, " ");
    char *point = strsep(&rest, " ");
    if (point == NULL)
        return false;
    snprintf(ret->top, sizeof ret->top, "%s", top);
    snprintf(ret->point, sizeof ret->point, "%s", point);
    unescape(ret->top);
    unescape(ret->point);
    return true;
}

/* The part of the group's path below the mount's top, "" for the top itself;
 * NULL when the group is somewhere else. */
static const char *below(const struct mount *mount, const char *group)
{
    size_t length = strlen(mount->top);

    while (length > 0 && mount->top[length - 1] == '/')
        length--;
    if (strncmp(group, mount->top, length) != 0 || strstr(group, "/..") != NULL)
        return NULL;
    const char *rest = group + length;
    if (strcmp(rest, "/") == 0)
        return "";
    return *rest == '/' || *rest == '\0' ? rest : NULL;
}

/* Of two mounts the one that shows the group, then the one that shows more of
 * the way up; of equals the later one, which may hide the earlier. */
static bool better(const struct mount *mount, const struct mount *than,
                   const char *group)
{
    bool shows = below(mount, group) != NULL;
    bool other_shows = below(than, group) != NULL;

    if (shows != other_shows)
        return shows;
    return strlen(mount->top) <= strlen(than->top);
}

static bool find_mount(const char *root, const struct version *version,
                       const char *group, struct mount *ret)
{
    char *line = NULL;
    size_t room = 0;
    bool found = false;

    FILE *file = facts_open(root, "/proc/self/mountinfo");
    if (file == NULL)
        return false;
    while (getline(&line, &room, file) >= 0) {
        struct mount mount;
        if (!parse_mount(line, version, &mount))
            continue;
        if (!found || better(&mount, ret, group))
            *ret = mount;
        found = true;
    }
    free(line);
    fclose(file);
    return found;
}

/* From the group up to the mount's top. A group that cannot be seen has no
 * files here, and is passed by. */
static double tightest(const char *root, const struct version *version,
                       const struct mount *mount, const char *group)
{
    char path[2 * PATH_MAX];
    const char *rest = below(mount, group);
    double tight = 0;

    snprintf(path, sizeof path, "%s%s", mount->point, rest != NULL ? rest : "");
    size_t top_length = strlen(mount->point);
    for (;;) {
        tight = tighter(tight, version->limit(root, path));
        char *slash = strrchr(path, '/');
        if (slash == NULL || slash < path + top_length)
            return tight;
        *slash = '\0';
    }
}

static double tightest_of(const char *root, const struct version *versions)
{
    double tight = 0;

    if (!facts_exists(root, "/proc/self/cgroup") ||
        !facts_exists(root, "/proc/self/mountinfo"))
        return NAN;
    for (size_t i = 0; i < VERSIONS; i++) {
        char group[PATH_MAX];
        struct mount mount;
        if (!own_group(root, &versions[i], group, sizeof group) ||
            !find_mount(root, &versions[i], group, &mount))
            continue;
        tight = tighter(tight, tightest(root, &versions[i], &mount, group));
    }
    return tight;
}

double cgroup_quota(const char *root)
{
    return tightest_of(root, cpu_versions);
}

double cgroup_tightest(const char *root, const char *controller,
                       double (*limit)(const char *root, const char *group))
{
    const struct version versions[VERSIONS] = {
        { "cgroup", controller, limit },
        { "cgroup2", "", limit },
    };

    return tightest_of(root, versions);
}
