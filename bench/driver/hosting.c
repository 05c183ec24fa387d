/* Signs of a hypervisor or a container, from the surest to the weakest. Tables:
 * a new sign is a new row. */
#define _GNU_SOURCE /* strcasestr */
#include "hosting.h"

#include "facts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 8192 }; /* cpuinfo's flags take 2,000 */

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static const char *const hypervisor_makers[] = { "QEMU",
                                                 "KVM",
                                                 "Bochs",
                                                 "VMware",
                                                 "VirtualBox",
                                                 "Virtual Machine",
                                                 "Xen",
                                                 "Parallels",
                                                 "Apple Virtualization",
                                                 "Google Compute Engine",
                                                 "OpenStack",
                                                 "BHYVE" };

/* "Maker Product" as the firmware names the machine; "" if it does not. */
static void product(const char *root, char *ret_text, size_t size)
{
    char vendor[64], name[64];

    facts_line(root, "/sys/class/dmi/id/sys_vendor", vendor, sizeof vendor);
    facts_line(root, "/sys/class/dmi/id/product_name", name, sizeof name);
    snprintf(ret_text, size, "%s%s%s", vendor,
             vendor[0] != '\0' && name[0] != '\0' ? " " : "", name);
}

static bool names_hypervisor(const char *product_name)
{
    for (size_t i = 0; i < ROWS(hypervisor_makers); i++)
        if (strcasestr(product_name, hypervisor_makers[i]) != NULL)
            return true;
    return false;
}

/* 1 or 0 where the processor can tell, else FACT_UNKNOWN. */
static int hypervisor_flag(const char *root)
{
    char flags[LINE_BYTES];

    if (!facts_field(root, "/proc/cpuinfo", "flags", flags, sizeof flags))
        return FACT_UNKNOWN;
    return facts_word(flags, " ", "hypervisor");
}

void hosting_virtualisation(const char *root, char *ret_text, size_t size)
{
    char release[128], name[129];

    facts_line(root, "/proc/sys/kernel/osrelease", release, sizeof release);
    product(root, name, sizeof name);
    int flag = hypervisor_flag(root);
    bool hypervisor =
        flag == 1 ||
        (flag == FACT_UNKNOWN &&
         (names_hypervisor(name) ||
          facts_exists(root, "/proc/device-tree/hypervisor/compatible")));

    if (strcasestr(release, "microsoft") != NULL)
        snprintf(ret_text, size, "WSL");
    else if (hypervisor && name[0] != '\0')
        snprintf(ret_text, size, "virtual machine (%s)", name);
    else if (hypervisor)
        snprintf(ret_text, size, "virtual machine");
    else
        snprintf(ret_text, size, "%s", flag == 0 ? "none" : "");
}

static const struct {
    const char *path, *container;
} marks[] = {
    { "/.dockerenv", "docker" },
    { "/run/.containerenv", "podman" },
};

static const struct {
    const char *part, *container;
} group_names[] = {
    { "kubepods", "kubernetes" },
    { "/docker", "docker" },
    { "/libpod", "podman" },
    { "/lxc", "lxc" },
};

/* A manager often names the group after itself. */
static const char *container_by_group(const char *root)
{
    const char *found = NULL;
    char *line = NULL;
    size_t room = 0;

    FILE *file = facts_open(root, "/proc/self/cgroup");
    if (file == NULL)
        return NULL;
    while (found == NULL && getline(&line, &room, file) >= 0)
        for (size_t i = 0; found == NULL && i < ROWS(group_names); i++)
            if (strstr(line, group_names[i].part) != NULL)
                found = group_names[i].container;
    free(line);
    fclose(file);
    return found;
}

void hosting_container(const char *root, char *ret_text, size_t size)
{
    if (facts_line(root, "/run/systemd/container", ret_text, size))
        return;
    for (size_t i = 0; i < ROWS(marks); i++) {
        if (facts_exists(root, marks[i].path)) {
            snprintf(ret_text, size, "%s", marks[i].container);
            return;
        }
    }
    const char *container = container_by_group(root);
    snprintf(ret_text, size, "%s", container != NULL ? container : "");
}
