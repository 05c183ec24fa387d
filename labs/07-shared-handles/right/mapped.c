/* The file is memory: every child fills in its record where it belongs. */
#include "exercise.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int write_records(int fd, int n, size_t size, void (*fill)(int i, char *record))
{
    const size_t bytes = (size_t)n * size;
    struct stat status;
    if (fstat(fd, &status) != 0 ||
        (status.st_size < (off_t)bytes && ftruncate(fd, (off_t)bytes) != 0))
        return -1;
    char *const records =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (records == MAP_FAILED)
        return -1;

    int made = 0;
    for (; made < n; made++) {
        const pid_t child = fork();
        if (child < 0)
            break;
        if (child == 0) {
            fill(made, records + (size_t)made * size);
            _exit(0);
        }
    }
    bool well = made == n;
    for (int i = 0; i < made; i++) {
        int end = 1;
        wait(&end);
        well &= end == 0;
    }
    munmap(records, bytes);
    return well ? 0 : -1;
}
