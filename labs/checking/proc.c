/* Reading /proc. Notice that no picture of a living family is taken in one
 * moment: whoever needs that takes two and compares (watch.c). */
#define _GNU_SOURCE /* O_CLOEXEC in every C library's headers */
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_THREADS = 512 };

int proc_read(const char *path, char *text, int size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;

    int used = 0;
    ssize_t got = 1;
    while (used < size - 1 && got > 0) {
        got = read(fd, text + used, (size_t)(size - 1 - used));
        if (got > 0)
            used += (int)got;
    }
    int error = errno;
    close(fd);
    text[used] = '\0';
    return got < 0 && used == 0 ? -error : used;
}

/* Whoever reads its own "syscall" is in read(2) while it does. */
bool proc_is_emulators(void)
{
    char text[256], *end;

    if (proc_read("/proc/self/syscall", text, sizeof text) <= 0)
        return false; /* hidden: nobody can tell */
    long number = strtol(text, &end, 10);
    return end != text && number != SYS_read;
}

/* The numbers among a folder's names: /proc/PID/task, /proc/PID/fd, /proc. */
static int list_numbers(const char *path, int *ret_numbers, int max)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return 0;

    int self = dirfd(folder), n = 0;
    struct dirent *entry = readdir(folder);
    for (; n < max && entry != NULL; entry = readdir(folder)) {
        char *end;
        long number = strtol(entry->d_name, &end, 10);
        if (end != entry->d_name && *end == '\0')
            ret_numbers[n++] = (int)number;
    }
    closedir(folder);

    /* Our own handles: the one that lists them is none. */
    if (strcmp(path, "/proc/self/fd") == 0)
        for (int i = 0; i < n; i++)
            if (ret_numbers[i] == self)
                ret_numbers[i--] = ret_numbers[--n];
    return n;
}

int proc_threads(pid_t pid, pid_t *ret_tids, int max)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    return list_numbers(path, ret_tids, max);
}

int proc_handles(pid_t pid, int *ret_fds, int max)
{
    char path[64] = "/proc/self/fd";

    if (pid != getpid())
        snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    return list_numbers(path, ret_fds, max);
}

/* Reading `children` takes the kernel's lock on the family tree, which a dying
 * child holds until it has woken its parent: a zombie in the picture means
 * that the parent was told. */
static int add_children(pid_t pid, pid_t tid, pid_t *pids, int n, int max)
{
    char path[96], text[8192];

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid,
             (int)tid);
    if (proc_read(path, text, sizeof text) <= 0)
        return n;

    char *at = text, *end;
    pid_t child = (pid_t)strtol(at, &end, 10);
    while (end != at && n < max) {
        pids[n++] = child;
        at = end;
        child = (pid_t)strtol(at, &end, 10);
    }
    return n;
}

static pid_t parent_of(pid_t pid)
{
    char path[64], text[512];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (proc_read(path, text, sizeof text) <= 0)
        return -1;

    /* "PID (name) state parent": the name may hold blanks and brackets. */
    const char *after_name = strrchr(text, ')');
    int parent = -1;
    if (after_name == NULL || sscanf(after_name + 1, " %*c %d", &parent) != 1)
        return -1;
    return parent;
}

/* A kernel without CONFIG_PROC_CHILDREN: look at everybody's parent. */
static int add_children_by_search(pid_t pid, pid_t *pids, int n, int max)
{
    enum { MAX_PIDS = 32768 };
    int *all = calloc(MAX_PIDS, sizeof *all);
    if (all == NULL)
        return n;

    int total = list_numbers("/proc", all, MAX_PIDS);
    for (int i = 0; i < total && n < max; i++)
        if (parent_of(all[i]) == pid)
            pids[n++] = all[i];
    free(all);
    return n;
}

static bool kernel_lists_children(void)
{
    char path[96];

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    return access(path, R_OK) == 0;
}

int proc_descendants(pid_t *ret_pids, int max)
{
    pid_t tids[MAX_THREADS], parent = getpid();
    bool listed = kernel_lists_children();
    int n = 0;

    /* ret_pids is its own queue: found, but not yet asked for children. */
    for (int asked = -1; asked < n; asked++) {
        if (asked >= 0)
            parent = ret_pids[asked];
        if (!listed) {
            n = add_children_by_search(parent, ret_pids, n, max);
            continue;
        }
        int threads = proc_threads(parent, tids, MAX_THREADS);
        for (int i = 0; i < threads; i++)
            n = add_children(parent, tids[i], ret_pids, n, max);
    }
    return n;
}
