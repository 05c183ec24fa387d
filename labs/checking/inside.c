/* The child of a trial: fences first, then the body, then it stays where it
 * is, so that the judge can count what is left behind. */
#define _GNU_SOURCE /* O_CLOEXEC, struct sigaction */
#include "inside.h"

#include "crash.h"
#include "kill_all.h"
#include "proc.h"
#include "sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#if SANITIZED
/* The leak checker asks for this by name. A trial is killed in the middle of
 * its work, or leaves by exit(): no place to count what is still in use. */
int __lsan_is_turned_off(void) __attribute__((visibility("default")));
int __lsan_is_turned_off(void)
{
    return stage_now != NULL;
}
#endif

static _Noreturn void give_up(struct stage *stage, const char *what)
{
    snprintf(stage->trouble, sizeof stage->trouble, "%s: %s", what,
             strerror(errno));
    _exit(EXIT_FAILURE);
}

/* The judge's handlers are not for here: cmocka's would jump into a second run
 * of its tests. */
static void reset_signals(void)
{
    sigset_t none;

    for (int i = 1; i < NSIG; i++)
        if (i != SIGKILL && i != SIGSTOP)
            signal(i, SIG_DFL); /* fails for the C library's own two */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void set_limit(struct stage *stage, int what, rlim_t soft, rlim_t hard)
{
    struct rlimit old;

    if (getrlimit(what, &old) != 0)
        give_up(stage, "getrlimit");
    if (old.rlim_max < hard)
        hard = old.rlim_max;
    if (hard < soft)
        soft = hard;
    if (setrlimit(what, &(struct rlimit){ soft, hard }) != 0)
        give_up(stage, "setrlimit");
}

/* The kernel's limit counts a user's tasks anywhere: so all that are there
 * now, whoever's they are, and ours. It does not bind root; the judge's own
 * count does. */
static void limit_tasks(struct stage *stage, int tasks)
{
    char text[128];
    int present;

    if (proc_read("/proc/loadavg", text, sizeof text) <= 0 ||
        sscanf(text, "%*f %*f %*f %*d/%d", &present) != 1)
        return;
    rlim_t most = (rlim_t)(present + 2 * tasks);
    set_limit(stage, RLIMIT_NPROC, most, most);
}

static void set_limits(struct stage *stage, const struct limits *limits)
{
    const rlim_t mib = 1024 * 1024;
    rlim_t cpu = (rlim_t)limits->cpu_s;
    rlim_t file = (rlim_t)limits->file_mib * mib;
    rlim_t memory = (rlim_t)limits->memory_mib * mib;

    set_limit(stage, RLIMIT_CORE, 0, 0);
    set_limit(stage, RLIMIT_CPU, cpu, cpu + 2);
    set_limit(stage, RLIMIT_FSIZE, file, file);
    limit_tasks(stage, limits->tasks);
    /* Data, not address space: a hundred threads reserve gigabytes of that and
     * use none of it. A sanitizer's tables are data of some terabytes. */
    if (!SANITIZED)
        set_limit(stage, RLIMIT_DATA, memory, memory);
}

/* Nothing to read, and what is printed goes to the judge, line by line: a
 * crash must not swallow it. */
static void set_streams(struct stage *stage, int printed)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 ||
        dup2(printed, STDOUT_FILENO) < 0 || dup2(printed, STDERR_FILENO) < 0)
        give_up(stage, "standard streams");
    if (nothing > STDERR_FILENO)
        close(nothing);
    if (printed > STDERR_FILENO)
        close(printed);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

/* Tells exit() from _exit(). A student's own child may call it as it likes. */
static void note_exit(void)
{
    if (stage_now != NULL && getpid() == stage_now->root)
        stage_now->exit_called = 1;
}

void inside_run(const struct trial *trial, const struct limits *limits,
                struct stage *stage, const char *folder, int printed)
{
    setpgid(0, 0); /* the judge does the same: who comes first */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 1); /* or the judge could not look at us */
    kill_all_refuse();
    reset_signals();
    set_streams(stage, printed);
    set_limits(stage, limits);
    if (chdir(folder) != 0 || setenv("TMPDIR", folder, 1) != 0)
        give_up(stage, folder);
    crash_arm();
    atexit(note_exit);
    stage->n_handles = proc_handles(getpid(), stage->handles, STAGE_HANDLES);
    stage->root = getpid();

    long result = trial->body(trial->facts);

    /* A child of the student's that ran on into the caller's code, here. */
    if (getpid() != stage->root) {
        atomic_fetch_add(&stage->ran_on, 1);
        _exit(EXIT_SUCCESS);
    }
    stage->result = result;
    stage->returned = 1;
    stage_step(stage);
    fflush(stdout);
    stage_park(stage);
}
