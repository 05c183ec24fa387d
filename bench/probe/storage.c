/* File systems by the numbers of statfs(2); ext2, 3 and 4 share one. */
#define _GNU_SOURCE /* statfs */
#include "storage.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/vfs.h>

static const struct {
    unsigned long magic;
    const char *name, *where;
} known[] = {
    { 0x01021994, "tmpfs", "memory" },   { 0x858458f6, "ramfs", "memory" },
    { 0x0000ef53, "ext4", "disk" },      { 0x58465342, "xfs", "disk" },
    { 0x9123683e, "btrfs", "disk" },     { 0xf2f52010, "f2fs", "disk" },
    { 0xca451a4e, "bcachefs", "disk" },  { 0x2fc12fc1, "zfs", "disk" },
    { 0x3153464a, "jfs", "disk" },       { 0x00004d44, "vfat", "disk" },
    { 0x2011bab0, "exfat", "disk" },     { 0x5346544e, "ntfs", "disk" },
    { 0x00006969, "nfs", "network" },    { 0xfe534d42, "smb", "network" },
    { 0xff534d42, "cifs", "network" },   { 0x00c36400, "ceph", "network" },
    { 0x0bd00bd0, "lustre", "network" }, { 0x01021997, "9p", "network" },
    { 0x794c7630, "overlayfs", "" },     { 0x65735546, "fuse", "" },
};

int storage_of(const char *folder, struct storage *ret)
{
    struct statfs about;

    if (statfs(folder, &about) != 0)
        return -errno;
    /* 32 bits, whatever the type's sign and size. */
    unsigned long magic = (unsigned long)about.f_type & 0xffffffffU;
    ret->where = "";
    snprintf(ret->filesystem, sizeof(ret->filesystem), "0x%lx", magic);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].magic == magic) {
            ret->where = known[i].where;
            snprintf(ret->filesystem, sizeof(ret->filesystem), "%s",
                     known[i].name);
        }
    return 0;
}
