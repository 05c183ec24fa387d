/* Bodies that come back and leave something behind. */
#define _GNU_SOURCE /* O_CLOEXEC, setsid */
#include "bodies.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void *pause_for_ever(void *arg)
{
    for (;;)
        pause();
    return arg;
}

static atomic_int never;

static void *spin_for_ever(void *arg)
{
    while (atomic_load(&never) == 0)
        continue;
    return arg;
}

static long leaves_two_threads(void *facts)
{
    pthread_t thread;

    for (int i = 0; i < 2; i++)
        pthread_create(&thread, NULL, pause_for_ever, facts);
    return 42;
}

static long leaves_a_spinner(void *facts)
{
    pthread_t thread;

    pthread_create(&thread, NULL, spin_for_ever, facts);
    return 42;
}

static long leaves_a_process(void *facts)
{
    if (fork() == 0)
        pause_for_ever(facts);
    return 42;
}

/* What does not hear SIGTERM, and has a group of its own. */
static long leaves_a_stubborn_one(void *facts)
{
    if (fork() == 0) {
        sigset_t all;
        setpgid(0, 0);
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
        pause_for_ever(facts);
    }
    return 42;
}

static long leaves_zombies(void *facts)
{
    (void)facts;
    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            _exit(0);
    return 42;
}

/* As a daemon does it: its parent ends, so it is nobody's child. */
static long leaves_a_daemon(void *facts)
{
    pid_t pid = fork();

    if (pid == 0) {
        setsid();
        if (fork() == 0)
            pause_for_ever(facts);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    return 42;
}

/* An orphan that ends is the subreaper's business, not a zombie. */
static long leaves_an_orphan_that_ends(void *facts)
{
    pid_t pid = fork();

    (void)facts;
    if (pid == 0) {
        if (fork() == 0)
            _exit(0);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    return 42;
}

static long leaves_handles(void *facts)
{
    int ends[2];

    (void)facts;
    if (pipe(ends) != 0 || open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
        return -1;
    return 42;
}

static long leaves_files(void *facts)
{
    (void)facts;
    int fd = open("part-0", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || close(fd) != 0)
        return -1;
    if (mkdir("deep", 0700) != 0 || mkdir("deep/deeper", 0700) != 0)
        return -1;
    return 42;
}

static long cleans_up(void *facts)
{
    (void)facts;
    int fd = open("part-0", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || close(fd) != 0 || unlink("part-0") != 0)
        return -1;
    return 42;
}

const struct bad bad_left[] = {
    { .name = "leaves_two_threads",
      .body = leaves_two_threads,
      .how = TRIAL_RETURNED,
      .left = { .threads = 2 },
      .says = "2 threads it had started" },
    { .name = "leaves_a_spinner",
      .body = leaves_a_spinner,
      .how = TRIAL_RETURNED,
      .left = { .threads = 1 },
      .says = "1 thread it had started" },
    { .name = "leaves_a_process",
      .body = leaves_a_process,
      .how = TRIAL_RETURNED,
      .left = { .processes = 1 },
      .says = "lived on. Seen: process " },
    { .name = "leaves_a_stubborn_one",
      .body = leaves_a_stubborn_one,
      .how = TRIAL_RETURNED,
      .left = { .processes = 1 },
      .says = "1 process it had started" },
    { .name = "leaves_zombies",
      .body = leaves_zombies,
      .how = TRIAL_RETURNED,
      .left = { .zombies = 3 },
      .says = "3 children ended, and nobody" },
    { .name = "leaves_a_daemon",
      .body = leaves_a_daemon,
      .how = TRIAL_RETURNED,
      .left = { .processes = 1, .other_session = 1 },
      .says = "setsid" },
    { .name = "leaves_an_orphan_that_ends",
      .body = leaves_an_orphan_that_ends,
      .how = TRIAL_RETURNED },
    { .name = "leaves_handles",
      .body = leaves_handles,
      .how = TRIAL_RETURNED,
      .handles = 3,
      .says = "3 handles open: " },
    { .name = "leaves_files",
      .body = leaves_files,
      .how = TRIAL_RETURNED,
      .files = 2,
      .says = "2 files behind: " },
    { .name = "cleans_up", .body = cleans_up, .how = TRIAL_RETURNED },
    { .name = NULL },
};
