/* What the system runs inside of: a hypervisor, a container, or neither. */
#ifndef DRIVER_HOSTING_H
#define DRIVER_HOSTING_H

#include <stddef.h>

/* "none", "WSL", "virtual machine", or that with the maker's name for it;
 * "" when nothing tells. An x86 processor tells (the hypervisor flag), others
 * only by the names that a hypervisor gives to its hardware. */
void hosting_virtualisation(const char *root, char *ret_text, size_t size);

/* "docker", "podman", "kubernetes", "lxc", what the manager wrote, or "" when
 * there is no sign of a container (which is no proof). */
void hosting_container(const char *root, char *ret_text, size_t size);

#endif
