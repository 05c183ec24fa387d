/* Memory by the kernel's own books, read without stdio: no heap of ours grows
 * while we look. Source: proc_meminfo(5), proc_pid_smaps(5). */
#define _GNU_SOURCE /* O_CLOEXEC, nanosleep */
#include "memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The number behind `name` at the beginning of a line. */
static long field_kib(const char *path, const char *name)
{
    char text[2048];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;

    ssize_t length = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (length <= 0)
        return -1;
    text[length] = '\0';
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, strlen(name)) == 0)
            return strtol(line + strlen(name), NULL, 10);
    }
    return -1;
}

/* Adds up the whole lines of the text, and leaves the beginning of another in
 * it. Returns how long that is. */
static size_t count_lines(char *text, long *pages)
{
    char *line = text;

    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        long count;

        if (sscanf(line, " count: %ld", &count) == 1)
            *pages += count;
    }
    size_t left = strlen(line);
    memmove(text, line, left + 1);
    return left;
}

/* Free pages on the lists of single CPUs: the lines "count: N" of a file that
 * is long where there are many CPUs. 0 where there is none. */
static long in_hand_pages(void)
{
    char text[4096];
    size_t used = 0;
    long pages = 0;
    ssize_t length;
    int fd = open("/proc/zoneinfo", O_RDONLY | O_CLOEXEC);

    while (fd >= 0 && used < sizeof(text) - 1 &&
           (length = read(fd, text + used, sizeof(text) - 1 - used)) > 0) {
        text[used + (size_t)length] = '\0';
        used = count_lines(text, &pages);
    }
    if (fd >= 0)
        close(fd);
    return pages;
}

long memory_available_kib(void)
{
    long available_kib = field_kib("/proc/meminfo", "MemAvailable:");

    if (available_kib < 0)
        return -1;
    return available_kib + in_hand_pages() * (sysconf(_SC_PAGESIZE) / 1024);
}

/* The sum over all lines "NAME N kB", read in pieces into our stack: stdio's
 * buffer would be one more page for a fork to copy. */
static long sum_lines(int fd, const char *name)
{
    char piece[1024], line[64];
    size_t length = 0;
    long kib = 0;
    ssize_t got;

    while ((got = read(fd, piece, sizeof(piece))) > 0)
        for (ssize_t i = 0; i < got; i++) {
            if (piece[i] != '\n') {
                if (length < sizeof(line) - 1)
                    line[length++] = piece[i];
                continue;
            }
            line[length] = '\0';
            length = 0;
            if (strncmp(line, name, strlen(name)) == 0)
                kib += strtol(line + strlen(name), NULL, 10);
        }
    return got < 0 ? -1 : kib;
}

/* The sum of all mappings since Linux 4.14; before, one mapping after the
 * other. */
long memory_mapped_kib(pid_t pid, const char *name)
{
    static const char *const files[] = { "smaps_rollup", "smaps" };
    char path[64], process[16] = "self";

    if (pid != 0)
        snprintf(process, sizeof(process), "%d", (int)pid);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "/proc/%s/%s", process, files[i]);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        long kib = sum_lines(fd, name);
        close(fd);
        return kib;
    }
    return -1;
}

long memory_pss_kib(pid_t pid)
{
    return memory_mapped_kib(pid, "Pss:");
}

long memory_settle_kib(void)
{
    enum { LOOKS = 40, ENOUGH_KIB = 256 };
    const struct timespec pause = { .tv_nsec = 5000000 };
    long before = memory_available_kib();

    for (int i = 0; i < LOOKS && before >= 0; i++) {
        nanosleep(&pause, NULL);
        long now = memory_available_kib();
        if (now - before < ENOUGH_KIB)
            return now;
        before = now;
    }
    return before;
}
