/* The room: namespaces (namespaces(7)) of processes, mounts, network and IPC.
 * Its first process is ours and does nothing but wait: when the command has
 * ended, the kernel ends whatever else is left, however it tried to escape. */
#define _GNU_SOURCE /* unshare, CLONE_NEWUSER, AT_RECURSIVE */
#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* The call is younger (Linux 5.12) than some C libraries; its number is the
 * same on every machine. */
enum { CALL_MOUNT_SETATTR = 442, RECURSIVE = 0x8000 };
enum { ATTRIBUTE_READ_ONLY = 1, ATTRIBUTE_NO_SUID = 2 };
struct attributes {
    uint64_t set, clear, propagation, user_namespace;
};

static const char outside[] = "/outside";

/* Of the system: programs, libraries, what they read. Nothing of a person, so
 * of /etc only what says where programs and libraries are. */
static const char *const system_paths[] = {
    "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/opt",
    "/nix/store", "/gnu/store", "/sys/devices/system", "/etc/alternatives",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
};

static const char *const devices[] = {
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void write_file(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const ssize_t length = (ssize_t)strlen(text);

    if (fd < 0 || write(fd, text, (size_t)length) != length)
        fence_failed(path);
    close(fd);
}

/* In a user namespace the names of users have to be said again: we stay who we
 * are. The rights that come with the namespace end with the next exec. */
static void keep_identity(uid_t uid, gid_t gid)
{
    char map[64];

    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", (unsigned)uid, (unsigned)uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", (unsigned)gid, (unsigned)gid);
    write_file("/proc/self/gid_map", map);
}

/* Who ends by a signal gives 128 + its number, as a shell would. */
static int wait_for(pid_t pid)
{
    int status;
    pid_t ended;

    do
        ended = waitpid(-1, &status, 0);
    while (ended != pid && (ended >= 0 || errno == EINTR));
    if (ended != pid)
        return FENCE_FAILED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Goes on in a child; the caller waits for it and ends as it does. */
static void go_on_in_child(void)
{
    const pid_t pid = fork();

    if (pid < 0)
        fence_failed("fork");
    if (pid > 0)
        _exit(wait_for(pid));
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void make_folders(const char *path)
{
    char part[PATH_SIZE];

    for (const char *end = strchr(path + 1, '/'); end != NULL;
         end = strchr(end + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(end - path), path);
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            fence_failed(part);
    }
}

/* A place to mount on, of the same sort. */
static void make_place(const char *path, mode_t mode)
{
    make_folders(path);
    if (S_ISDIR(mode)) {
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            fence_failed(path);
        return;
    }
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        fence_failed(path);
    close(fd);
}

static void show_link(const char *from, const char *path)
{
    char target[PATH_SIZE];
    const ssize_t length = readlink(from, target, sizeof target - 1);

    if (length < 0)
        fence_failed(path);
    target[length] = '\0';
    make_folders(path);
    if (symlink(target, path) != 0)
        fence_failed(path);
}

static void show(const char *path, uint64_t set)
{
    const struct attributes attributes = { .set = set };
    char from[PATH_SIZE];
    struct stat about;

    snprintf(from, sizeof from, "%s%s", outside, path);
    if (lstat(from, &about) != 0)
        fence_failed(path);
    if (S_ISLNK(about.st_mode)) {
        show_link(from, path);
        return;
    }
    make_place(path, about.st_mode);
    if (mount(from, path, NULL, MS_BIND | MS_REC, NULL) != 0 ||
        syscall(CALL_MOUNT_SETATTR, AT_FDCWD, path, RECURSIVE, &attributes,
                sizeof attributes) != 0)
        fence_failed(path);
}

static void show_if_there(const char *path, uint64_t set)
{
    char from[PATH_SIZE];

    snprintf(from, sizeof from, "%s%s", outside, path);
    if (faccessat(AT_FDCWD, from, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        show(path, set);
}

/* Memory that looks like a folder: what is written there is gone afterwards,
 * and not more than this. */
static void make_scratch(const char *path)
{
    make_place(path, S_IFDIR);
    if (mount("scratch", path, "tmpfs", MS_NOSUID | MS_NODEV,
              "size=64m,nr_inodes=20k,mode=1777") != 0)
        fence_failed(path);
}

/* The old root moves aside, what is needed of it comes back piece by piece,
 * the rest goes out of sight. */
static void change_root(void)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("room", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") != 0 ||
        chdir("/tmp") != 0 || mkdir(outside + 1, 0700) != 0 ||
        syscall(SYS_pivot_root, ".", outside + 1) != 0 || chdir("/") != 0)
        fence_failed("a root of its own");
}

static void furnish(const struct fence *fence)
{
    const uint64_t fixed = ATTRIBUTE_READ_ONLY | ATTRIBUTE_NO_SUID;

    make_scratch("/tmp");
    make_scratch("/dev/shm");
    for (size_t i = 0; i < COUNT(devices); i++)
        show_if_there(devices[i], ATTRIBUTE_NO_SUID);
    if (symlink("/proc/self/fd", "/dev/fd") != 0)
        fence_failed("/dev/fd");
    for (size_t i = 0; i < COUNT(system_paths); i++)
        show_if_there(system_paths[i], fixed);
    for (int i = 0; i < fence->n_seen; i++)
        show(fence->seen[i], fixed);
    if (fence->work != NULL)
        show(fence->work, ATTRIBUTE_NO_SUID);
    make_place("/proc", S_IFDIR);
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              NULL) != 0)
        fence_failed("/proc");
}

static void close_door(void)
{
    if (umount2(outside, MNT_DETACH) != 0 || rmdir(outside + 1) != 0 ||
        mount(NULL, "/", NULL,
              MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV,
              NULL) != 0)
        fence_failed("closing the room");
}

/* Root needs no user namespace; everybody else gets the others' rights by one,
 * and shall not make more of them: that is where kernels break. */
static void enter_namespaces(void)
{
    const uid_t uid = geteuid();
    const gid_t gid = getegid();
    const int user = uid == 0 ? 0 : CLONE_NEWUSER;

    if (unshare(user | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET |
                CLONE_NEWIPC) != 0)
        fence_failed("namespaces (unshare)");
    if (user != 0)
        keep_identity(uid, gid);
}

/* The room's own network is this one interface, and it is down: an MPI launcher
 * talks to its ranks through it. */
static void raise_loopback(void)
{
    struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) != 0)
        fence_failed("a network of its own (lo)");
    close(fd);
}

void fence_enter_room(const struct fence *fence)
{
    enter_namespaces();
    raise_loopback();
    go_on_in_child();
    change_root();
    furnish(fence);
    if (geteuid() != 0)
        write_file("/proc/sys/user/max_user_namespaces", "0");
    close_door();
    if (chdir(fence->work != NULL ? fence->work : "/tmp") != 0)
        fence_failed(fence->work);
    if (setenv("TMPDIR", "/tmp", 1) != 0 || setenv("HOME", "/tmp", 1) != 0)
        fence_failed("setenv");
    go_on_in_child();
}
