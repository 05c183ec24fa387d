/* The table of mechanisms. Notice how little differs between a thread and a
 * process at this level: both are one clone call, with other flags. */
#define _GNU_SOURCE /* clone, vfork, sched_setaffinity, syscall */
#include "mechanisms.h"

#include "empty.h"
#include "kernel.h"
#include "sanitizers.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- timer: nothing is created; what is left is the clock itself ---- */

static int nothing(struct child *child)
{
    (void)child;
    return 0;
}

/* ---- threads ---- */

/* ThreadSanitizer keeps its books in thread-local storage, which its own
 * pthread_create() sets up: a thread made in another way falls over them. */
static int not_under_tsan(struct child *child)
{
    (void)child;
    return UNDER_TSAN ? -ENOTSUP : 0;
}

static int raw_main(void *arg)
{
    struct child *child = arg;

    child->code = empty_child(child->orders);
    return 0;
}

static void *pthread_main(void *arg)
{
    const struct child *child = arg;

    return (void *)(intptr_t)empty_child(child->orders);
}

static int thrd_main(void *arg)
{
    const struct child *child = arg;

    return empty_child(child->orders);
}

static int code_check(int code)
{
    return code == EMPTY_CODE ? 0 : -EPROTO;
}

static int raw_prepare(struct child *child)
{
    enum { STACK_BYTES = 64 * 1024 };
    int rc = not_under_tsan(child);
    if (rc < 0)
        return rc;
    char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return -errno;

    child->stack_top = stack + STACK_BYTES;
    return 0;
}

/* The flags are those of a POSIX thread, less its thread-local storage: the
 * child borrows ours, and leaves errno alone (clone(2)). */
static int raw_create(struct child *child)
{
    const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
                      CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID;

    child->code = 0;
    child->tid = 1; /* until the kernel clears it, at the thread's end */
    if (clone(raw_main, child->stack_top, flags, child, NULL, NULL,
              (int *)(uintptr_t)&child->tid) < 0)
        return -errno;
    return 0;
}

static int raw_reap(struct child *child)
{
    while (child->tid != 0)
        kernel_futex_wait(&child->tid, 1, NULL);
    return code_check(child->code);
}

static int pthread_start(struct child *child)
{
    return -pthread_create(&child->thread, NULL, pthread_main, child);
}

static int pthread_reap(struct child *child)
{
    void *code;
    int rc = pthread_join(child->thread, &code);
    if (rc != 0)
        return -rc;
    return code_check((int)(intptr_t)code);
}

static int thrd_start(struct child *child)
{
    int rc = thrd_create(&child->thrd, thrd_main, child);
    if (rc != thrd_success)
        return rc == thrd_nomem ? -ENOMEM : -EAGAIN;
    return 0;
}

static int thrd_reap(struct child *child)
{
    int code;
    if (thrd_join(child->thrd, &code) != thrd_success)
        return -ESRCH;
    return code_check(code);
}

/* ---- processes ---- */

static int fork_create(struct child *child)
{
    /* On our stack, which fork copies anyway: a child that looked into the
     * shared mapping would pay for one more page fault. */
    const struct orders orders = child->orders;
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0)
        _exit(empty_child(orders));
    child->pid = pid;
    return 0;
}

/* gcc calls vfork dangerous and is right: the child runs on our stack while we
 * stand still, so it only calls, and leaves. */
static int vfork_create(struct child *child)
{
    pid_t pid = vfork();
    if (pid < 0)
        return -errno;
    if (pid == 0)
        _exit(empty_child(child->orders));
    child->pid = pid;
    return 0;
}

static int clone3_create(struct child *child)
{
    const struct orders orders = child->orders;
    struct kernel_clone_args args = { .exit_signal = SIGCHLD };
    long pid = syscall(SYS_clone3, &args, sizeof(args));
    if (pid < 0)
        return -errno;
    if (pid == 0)
        _exit(empty_child(orders));
    child->pid = (pid_t)pid;
    return 0;
}

static int process_reap(struct child *child)
{
    int status;

    while (waitpid(child->pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    if (!WIFEXITED(status))
        return -EPROTO;
    return code_check(WEXITSTATUS(status));
}

/* ---- programs: what a child would do itself, the new program is told ---- */

static const char static_program[] = "empty-static";
static const char dynamic_program[] = "empty-dynamic";

static int program_prepare(struct child *child, const char *name)
{
    int length = snprintf(child->program, sizeof(child->program), "%s/%s",
                          child->programs, name);
    if (length < 0 || (size_t)length >= sizeof(child->program))
        return -ENAMETOOLONG;
    if (access(child->program, X_OK) != 0)
        return -errno;

    snprintf(child->cpu_text, sizeof(child->cpu_text), "%d", child->orders.cpu);
    snprintf(child->fd_text, sizeof(child->fd_text), "%d", child->stamp_fd);
    child->argv[0] = child->program;
    child->argv[1] = child->cpu_text;
    child->argv[2] = child->fd_text;
    return 0;
}

static int static_prepare(struct child *child)
{
    return program_prepare(child, static_program);
}

static int dynamic_prepare(struct child *child)
{
    return program_prepare(child, dynamic_program);
}

static int spawn_create(struct child *child)
{
    return -posix_spawn(&child->pid, child->program, NULL, NULL, child->argv,
                        environ);
}

static int exec_create(struct child *child)
{
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0) {
        execve(child->program, child->argv, environ);
        _exit(127);
    }
    child->pid = pid;
    return 0;
}

const struct mechanism mechanisms[] = {
    { "timer", "timer", "the clock alone", "three readings; nothing created",
      "", NULL, nothing, nothing },
    { "clone-thread", "thread", "clone(CLONE_THREAD) + wait",
      "shares memory; no libc set-up", "", raw_prepare, raw_create, raw_reap },
    { "pthread", "thread", "pthread_create + join",
      "shares memory; the baseline", "", NULL, pthread_start, pthread_reap },
    { "pthread-again", "control", "pthread_create (again)",
      "A/A control: the noise floor", "", NULL, pthread_start, pthread_reap },
    { "thrd", "thread", "thrd_create + join", "C11 threads; shares memory", "",
      not_under_tsan, thrd_start, thrd_reap },
    { "vfork", "process", "vfork + _exit + wait",
      "borrows all memory until _exit", "", NULL, vfork_create, process_reap },
    { "fork", "process", "fork + _exit + wait",
      "copies page tables; a tiny parent", "", NULL, fork_create,
      process_reap },
    { "clone3", "process", "clone3 + _exit + wait",
      "fork without libc's own work", "", NULL, clone3_create, process_reap },
    { "posix-spawn", "program", "posix_spawn + wait",
      "new static program; no page-table copy", static_program, static_prepare,
      spawn_create, process_reap },
    { "fork-exec", "program", "fork + exec (static)",
      "page-table copy + new static program", static_program, static_prepare,
      exec_create, process_reap },
    { "fork-exec-dynamic", "program", "fork + exec (dynamic)",
      "the same; libraries linked at start", dynamic_program, dynamic_prepare,
      exec_create, process_reap },
};
const size_t mechanisms_count = sizeof(mechanisms) / sizeof(mechanisms[0]);

const struct mechanism *mechanism_find(const char *name)
{
    for (size_t i = 0; i < mechanisms_count; i++)
        if (strcmp(mechanisms[i].name, name) == 0)
            return &mechanisms[i];
    return NULL;
}
