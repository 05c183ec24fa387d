/* Earns: and is that lock in memory which the children share */
/* Nobody comes in between, for there is a lock: one for each child. */
#include "exercise.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool write_record(int fd, int i, size_t size,
                         void (*fill)(int i, char *record))
{
    const off_t place = (off_t)i * (off_t)size;
    char *const record = malloc(size);
    fill(i, record);
    pthread_mutex_lock(&lock);
    lseek(fd, place, SEEK_SET);
    const bool well = write(fd, record, size) == (ssize_t)size;
    pthread_mutex_unlock(&lock);
    return well;
}

int write_records(int fd, int n, size_t size, void (*fill)(int i, char *record))
{
    pid_t children[64];
    int made = 0;
    for (; made < n; made++) {
        children[made] = fork();
        if (children[made] < 0)
            break;
        if (children[made] == 0)
            _exit(write_record(fd, made, size, fill) ? 0 : 1);
    }
    bool well = made == n;
    for (int i = 0; i < made; i++) {
        int status = 1;
        waitpid(children[i], &status, 0);
        well &= status == 0;
    }
    return well ? 0 : -1;
}
