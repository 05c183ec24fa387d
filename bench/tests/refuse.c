/* ld --wrap=NAME: who calls NAME gets __wrap_NAME; __real_NAME is NAME. */
#define _GNU_SOURCE /* clone */
#include "refuse.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/types.h>
#include <threads.h>
#include <time.h>

pid_t __real_fork(void);
pid_t __wrap_fork(void);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *arg);
int __real_thrd_create(thrd_t *thread, thrd_start_t start, void *arg);
int __wrap_thrd_create(thrd_t *thread, thrd_start_t start, void *arg);
int __real_posix_spawn(pid_t *pid, const char *path,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const argv[],
                       char *const envp[]);
int __wrap_posix_spawn(pid_t *pid, const char *path,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const argv[],
                       char *const envp[]);
int __real_clone(int (*start)(void *), void *stack, int flags, void *arg, ...);
int __wrap_clone(int (*start)(void *), void *stack, int flags, void *arg, ...);

static unsigned left = UINT_MAX;
static bool slow;

void refuse_after(unsigned allowed, bool slowly)
{
    left = allowed;
    slow = slowly;
}

void refuse_none(void)
{
    left = UINT_MAX;
}

static bool refused(void)
{
    const struct timespec pause = { .tv_nsec = 1000000 };

    if (left == UINT_MAX)
        return false;
    if (left > 0) {
        left--;
        return false;
    }
    if (slow)
        nanosleep(&pause, NULL);
    return true;
}

pid_t __wrap_fork(void)
{
    if (!refused())
        return __real_fork();
    errno = EAGAIN;
    return -1;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *arg)
{
    return refused() ? EAGAIN
                     : __real_pthread_create(thread, attributes, start, arg);
}

int __wrap_thrd_create(thrd_t *thread, thrd_start_t start, void *arg)
{
    return refused() ? thrd_error : __real_thrd_create(thread, start, arg);
}

int __wrap_posix_spawn(pid_t *pid, const char *path,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const argv[],
                       char *const envp[])
{
    return refused()
               ? EAGAIN
               : __real_posix_spawn(pid, path, actions, attributes, argv, envp);
}

int __wrap_clone(int (*start)(void *), void *stack, int flags, void *arg, ...)
{
    va_list more;

    if (refused()) {
        errno = EAGAIN;
        return -1;
    }
    va_start(more, arg);
    pid_t *parent_tid = va_arg(more, pid_t *);
    void *tls = va_arg(more, void *);
    pid_t *child_tid = va_arg(more, pid_t *);
    va_end(more);
    return __real_clone(start, stack, flags, arg, parent_tid, tls, child_tid);
}
