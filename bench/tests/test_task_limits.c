/* Which limit on tasks is reached first, on machines made of a few files. */
#include "../driver/task_limits.h"

#include "scratch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

/* Writes root/path, and the folders above it. */
static void write_file(const char *root, const char *path, const char *text)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", root, path);
    for (char *slash = full + strlen(root) + 1;
         (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        (void)mkdir(full, 0755);
        *slash = '/';
    }
    FILE *file = fopen(full, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* User 1000 has a process of 3 threads and one of 40; 100 tasks in all. */
static void make_machine(const char *root)
{
    write_file(root, "/proc/loadavg", "0.20 0.18 0.12 1/100 11206\n");
    write_file(root, "/proc/sys/kernel/pid_max", "32768\n");
    write_file(root, "/proc/sys/kernel/threads-max", "9100\n");
    write_file(root, "/proc/sys/vm/max_map_count", "65530\n");
    write_file(root, "/proc/self/status",
               "Uid:\t1000\t1000\t1000\t1000\nThreads:\t1\n"
               "CapEff:\t0000000000000000\n");
    write_file(root, "/proc/self/limits",
               "Limit   Soft Limit   Hard Limit   Units\n"
               "Max processes             2043                 9999   "
               "processes\n");
    write_file(root, "/proc/77/status", "Uid:\t1000\t0\t0\t0\nThreads:\t3\n");
    write_file(root, "/proc/78/status",
               "Uid:\t1000\t1000\t1000\t1000\nThreads:\t40\n");
    write_file(root, "/proc/79/status", "Uid:\t0\t0\t0\t0\nThreads:\t57\n");
    write_file(root, "/proc/self/cgroup", "0::/user.slice/run.scope\n");
    write_file(root, "/proc/self/mountinfo",
               "31 24 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    write_file(root, "/sys/fs/cgroup/user.slice/pids.max", "1200\n");
    write_file(root, "/sys/fs/cgroup/user.slice/pids.current", "200\n");
    write_file(root, "/sys/fs/cgroup/user.slice/run.scope/pids.max", "max\n");
    write_file(root, "/sys/fs/cgroup/user.slice/memory.max", "1073741824\n");
}

static void assert_room(const char *root, bool threads, double room,
                        const char *name)
{
    struct limit limit = task_limits_room(root, threads);

    assert_string_equal(limit.name, name);
    assert_true(limit.room == room);
}

/* Each limit in its turn is the tightest, until it is lifted. */
static void the_tightest_is_named(void **state)
{
    const char *root = *state;

    make_machine(root);
    assert_room(root, false, 1000, "pids.max of the cgroup");
    write_file(root, "/sys/fs/cgroup/user.slice/pids.max", "max\n");
    assert_room(root, false, 2000, "the process limit (ulimit -u)");
    write_file(root, "/proc/self/limits",
               "Max processes   unlimited   unlimited   processes\n");
    assert_room(root, false, 9000, "kernel.threads-max");
    write_file(root, "/proc/sys/kernel/threads-max", "192730\n");
    assert_room(root, false, 32668, "kernel.pid_max");
    assert_room(root, true, 32665, "vm.max_map_count");
}

/* The kernel lets them pass the process limit. */
static void some_are_exempt_from_the_process_limit(void **state)
{
    static const char *const privileged[] = {
        "Uid:\t0\t0\t0\t0\n",
        "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000001000000\n",
        "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000200000\n",
    };
    const char *root = *state;

    make_machine(root);
    write_file(root, "/sys/fs/cgroup/user.slice/pids.max", "max\n");
    for (size_t i = 0; i < ROWS(privileged); i++) {
        write_file(root, "/proc/self/status", privileged[i]);
        assert_room(root, false, 9000, "kernel.threads-max");
    }
}

static void what_is_full_has_no_room(void **state)
{
    const char *root = *state;

    make_machine(root);
    write_file(root, "/sys/fs/cgroup/user.slice/pids.current", "1200\n");
    assert_true(task_limits_room(root, false).room < 1);
    write_file(root, "/proc/sys/kernel/threads-max", "50\n");
    assert_room(root, false, 0, "kernel.threads-max");
}

static void without_files_there_is_no_limit(void **state)
{
    assert_room(*state, true, INFINITY, "");
    assert_true(task_limits_memory_mib(*state) == 0);
}

static void the_tightest_memory_counts(void **state)
{
    const char *root = *state;

    make_machine(root);
    assert_true(task_limits_memory_mib(root) == 1024);
    write_file(root, "/sys/fs/cgroup/user.slice/run.scope/memory.max",
               "268435456\n");
    assert_true(task_limits_memory_mib(root) == 256);

    /* Version 1, whose "no limit" is a number. */
    write_file(root, "/proc/self/cgroup", "4:memory:/lab\n");
    write_file(root, "/proc/self/mountinfo",
               "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup "
               "rw,memory\n");
    write_file(root, "/sys/fs/cgroup/memory/lab/memory.limit_in_bytes",
               "9223372036854771712\n");
    assert_true(task_limits_memory_mib(root) == 0);
    write_file(root, "/sys/fs/cgroup/memory/memory.limit_in_bytes",
               "536870912\n");
    assert_true(task_limits_memory_mib(root) == 512);
}

static void this_machine_has_room_for_one(void **state)
{
    (void)state;
    assert_true(task_limits_room("", true).room >= 1);
    assert_true(task_limits_memory_mib("") >= 0);
}

#define in_a_folder(test) \
    cmocka_unit_test_setup_teardown(test, scratch_begin, scratch_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(the_tightest_is_named),
        in_a_folder(some_are_exempt_from_the_process_limit),
        in_a_folder(what_is_full_has_no_room),
        in_a_folder(without_files_there_is_no_limit),
        in_a_folder(the_tightest_memory_counts),
        cmocka_unit_test(this_machine_has_room_for_one),
    };

    return cmocka_run_group_tests_name("task_limits", tests, NULL, NULL);
}
