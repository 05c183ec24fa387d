/* Linked with a program that runs under ThreadSanitizer
 * (scripts/analyse_labs.py, meson test --setup tsan): takes back two things
 * which the sanitizer does beside looking for races, and which programs about
 * threads and fork() can see. */
#define _GNU_SOURCE /* syscall */
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *do_nothing(void *unused)
{
    return unused;
}

/* Its own thread, which starts with the program's first one, would be counted
 * among the program's. It ends for those who want no second thread in a
 * sandbox; one that fork() starts in a child sees that and ends, too. */
__attribute__((constructor)) static void end_background_thread(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, do_nothing, NULL) == 0)
        pthread_join(thread, NULL);
    __sanitizer_sandbox_on_notify(NULL);
}

/* Its own _exit() prints what waits in stdout, and calls a thread of the
 * parent's that the child cannot join a leak. */
void _exit(int status)
{
    for (;;)
        syscall(SYS_exit_group, status);
}
