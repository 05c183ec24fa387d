/* fence OPTION… COMMAND…: runs a command that may be anything, a student's
 * program included, so that it can do little harm. Limits are for each process;
 * --sealed gives it a room of its own (fence_room.c). Needs no rights: who is
 * root gives them up with --uid. Notice the order: what takes a right comes
 * before the right is gone. */
#define _GNU_SOURCE /* execveat, setresuid, setresgid */
#include "fence.h"

#include "kill_all.h"
#include "proc.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

extern char **environ;

enum { HANDLES_MOST = 4096 };

void fence_failed(const char *what)
{
    err(FENCE_FAILED, "%s", what);
}

static long number(const char *text)
{
    char *end;

    errno = 0;
    const long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 0)
        errx(FENCE_FAILED, "%s is no number", text);
    return value;
}

static void see(struct fence *fence, const char *path)
{
    if (fence->n_seen == FENCE_SEEN_MAX)
        errx(FENCE_FAILED, "more than %d times --see", FENCE_SEEN_MAX);
    fence->seen[fence->n_seen++] = path;
}

/* Returns where the command begins in argv. */
static int read_options(struct fence *fence, int argc, char **argv)
{
    static const struct option options[] = {
        { "sealed", no_argument, NULL, 's' },
        { "see", required_argument, NULL, 'v' },
        { "work", required_argument, NULL, 'w' },
        { "uid", required_argument, NULL, 'u' },
        { "cpu", required_argument, NULL, 'c' },
        { "data", required_argument, NULL, 'd' },
        { "file", required_argument, NULL, 'f' },
        { "tasks", required_argument, NULL, 't' },
        { 0 },
    };

    for (;;) {
        switch (getopt_long(argc, argv, "+", options, NULL)) {
        case 's': fence->sealed = true; break;
        case 'v': see(fence, optarg); break;
        case 'w': fence->work = optarg; break;
        case 'u': fence->uid = (uid_t)number(optarg); break;
        case 'c': fence->cpu_s = number(optarg); break;
        case 'd': fence->data_mib = number(optarg); break;
        case 'f': fence->file_mib = number(optarg); break;
        case 't': fence->tasks = number(optarg); break;
        case -1: return optind;
        default: exit(FENCE_FAILED);
        }
    }
}

/* Never more than there was. */
static void set_limit(int what, rlim_t most)
{
    struct rlimit limit;

    if (getrlimit(what, &limit) != 0)
        fence_failed("getrlimit");
    if (limit.rlim_max < most)
        most = limit.rlim_max;
    limit.rlim_cur = limit.rlim_cur < most ? limit.rlim_cur : most;
    limit.rlim_max = most;
    if (setrlimit(what, &limit) != 0)
        fence_failed("setrlimit");
}

/* Since Linux 5.14 a user namespace begins at none. */
static bool counts_from_zero(const struct fence *fence)
{
    struct utsname name;
    int major, minor;

    return fence->sealed && uname(&name) == 0 &&
           sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
           (major > 5 || (major == 5 && minor >= 14));
}

/* The kernel counts all tasks of a user: a uid of our own has none yet, any
 * other may have all that are there now. */
static rlim_t tasks_most(const struct fence *fence)
{
    char text[128];
    int present = 0;

    if (fence->uid == 0 && !counts_from_zero(fence) &&
        proc_read("/proc/loadavg", text, sizeof text) > 0)
        sscanf(text, "%*f %*f %*f %*d/%d", &present);
    return (rlim_t)(fence->tasks + present);
}

static void set_limits(const struct fence *fence)
{
    const rlim_t mib = 1024 * 1024;

    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_NOFILE, HANDLES_MOST);
    if (fence->cpu_s > 0)
        set_limit(RLIMIT_CPU, (rlim_t)fence->cpu_s);
    if (fence->data_mib > 0)
        set_limit(RLIMIT_DATA, (rlim_t)fence->data_mib * mib);
    if (fence->file_mib > 0)
        set_limit(RLIMIT_FSIZE, (rlim_t)fence->file_mib * mib);
    if (fence->tasks > 0)
        set_limit(RLIMIT_NPROC, tasks_most(fence));
}

/* Where memory runs out, the kernel shall take ours, and not the editor. */
static void volunteer(void)
{
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    if (write(fd, "1000", 4) != 4)
        warn("oom_score_adj");
    close(fd);
}

/* Who has to stay root (a user namespace may know no other) is it in name only:
 * the room's walls are made of mounts, which root could take away. */
static void be_root_without_rights(void)
{
    if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED) != 0)
        fence_failed("securebits");
    for (unsigned long i = 0; prctl(PR_CAPBSET_DROP, i) == 0; i++)
        continue;
}

static void give_up_rights(const struct fence *fence)
{
    const gid_t gid = (gid_t)fence->uid;

    if (geteuid() != 0)
        return;
    if (fence->uid == 0) {
        if (fence->sealed)
            be_root_without_rights();
        return;
    }
    if (setenv("TMPDIR", "/tmp", 1) != 0)
        fence_failed("setenv");
    if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 ||
        setresuid(fence->uid, fence->uid, fence->uid) != 0)
        fence_failed("setresuid");
}

/* A program by its path is opened while we still may: the folders above it can
 * be root's alone. */
static _Noreturn void become(const struct fence *fence, char **command)
{
    int program = -1;

    if (command[0][0] == '/')
        program = open(command[0], O_RDONLY | O_CLOEXEC);
    give_up_rights(fence);
    kill_all_refuse();
    if (program >= 0)
        syscall(SYS_execveat, program, "", command, environ, AT_EMPTY_PATH);
    execvp(command[0], command);
    fence_failed(command[0]);
}

int main(int argc, char **argv)
{
    struct fence fence = { 0 };
    const int first = read_options(&fence, argc, argv);

    if (first >= argc)
        errx(FENCE_FAILED, "no command");
    volunteer();
    if (fence.sealed)
        fence_enter_room(&fence);
    else if (fence.work != NULL && chdir(fence.work) != 0)
        fence_failed(fence.work);
    set_limits(&fence);
    become(&fence, argv + first);
}
