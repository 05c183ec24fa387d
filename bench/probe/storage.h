/* Where a file lies: a file in memory and one on a disk are not the same. */
#ifndef PROBE_STORAGE_H
#define PROBE_STORAGE_H

struct storage {
    char filesystem[16]; /* "ext4"; its number where it has no name here */
    const char *where;   /* memory, disk, network, or "" where unknown */
};

/* What statfs(2) says of that folder; 0 or -errno. */
int storage_of(const char *folder, struct storage *ret);

#endif
