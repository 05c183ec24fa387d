/* Every mechanism creates a child, sees it end and knows whether that end was
 * the right one; and a refusal is an answer. */
#define _GNU_SOURCE /* sched_getaffinity, sched_setaffinity, syscall */
#include "../probe/empty.h"
#include "../probe/mechanisms.h"
#include "../probe/sanitizers.h"

#include "refuse.h"
#include "scratch.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The folder of this test: the build puts the empty programs beside it. */
static const char *own_folder(void)
{
    static char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

    assert_true(length > 0);
    path[length] = '\0';
    return dirname(path);
}

/* The error of a call that cannot be had here, or 0. A kernel that has it finds
 * fault with these arguments; older ones and emulators know of no such call,
 * and some containers forbid it. */
static int refusal(const struct mechanism *mechanism)
{
    if (strcmp(mechanism->name, "clone3") != 0 ||
        syscall(SYS_clone3, NULL, 0) != -1)
        return 0;
    return errno == ENOSYS || errno == EPERM ? errno : 0;
}

/* The static program is not built with sanitizers, and ThreadSanitizer knows
 * not every way to make a thread. */
static bool prepared(const struct mechanism *mechanism, struct child *child)
{
    int error = refusal(mechanism);
    if (error != 0) {
        assert_int_equal(mechanism->create(child), -error);
        return false;
    }
    child->programs = own_folder();
    int rc = mechanism->prepare != NULL ? mechanism->prepare(child) : 0;

    if (rc == -ENOENT &&
        access(scratch_path(child->programs, "empty-static"), X_OK) != 0)
        return false;
    if (UNDER_TSAN && rc == -ENOTSUP)
        return false;
    assert_int_equal(rc, 0);
    return true;
}

static bool is_thread(const struct mechanism *mechanism)
{
    return strcmp(mechanism->family, "thread") == 0 ||
           strcmp(mechanism->family, "control") == 0;
}

static void assert_alone(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void each_creates_and_reaps(void **state)
{
    (void)state;
    for (size_t i = 0; i < mechanisms_count; i++) {
        struct child child = { .orders.cpu = -1, .stamp_fd = -1 };

        if (!prepared(&mechanisms[i], &child))
            continue;
        for (int again = 0; again < 5; again++) {
            assert_int_equal(mechanisms[i].create(&child), 0);
            assert_int_equal(mechanisms[i].reap(&child), 0);
        }
        assert_alone();
    }
}

static void each_child_stamps_where_it_was_told_to_go(void **state)
{
    cpu_set_t usable;
    int cpu = 0;
    int fd = memfd_create("stamp", 0);

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(usable), &usable), 0);
    while (cpu + 1 < CPU_SETSIZE && !CPU_ISSET(cpu, &usable))
        cpu++;
    assert_int_equal(ftruncate(fd, sizeof(struct stamp)), 0);
    struct stamp *stamp =
        mmap(NULL, sizeof(*stamp), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(stamp, MAP_FAILED);

    for (size_t i = 0; i < mechanisms_count; i++) {
        struct child child = { .orders = { .cpu = cpu, .stamp = stamp },
                               .stamp_fd = fd };

        if (strcmp(mechanisms[i].family, "timer") == 0 ||
            !prepared(&mechanisms[i], &child))
            continue;
        *stamp = (struct stamp){ .cpu = -1 };
        uint64_t begin_ns = clock_now_ns();
        assert_int_equal(mechanisms[i].create(&child), 0);
        assert_int_equal(mechanisms[i].reap(&child), 0);
        assert_true(stamp->started_ns >= begin_ns);
        assert_true(stamp->started_ns <= clock_now_ns());
        assert_int_equal(stamp->cpu, cpu);
    }
    munmap(stamp, sizeof(*stamp));
    close(fd);
    /* Children move themselves, never us. */
    cpu_set_t after;
    assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
    assert_true(CPU_EQUAL(&usable, &after));
}

/* A child that cannot do as told leaves with another code. */
static void a_wrong_end_is_seen(void **state)
{
    enum { NO_CPU = 1023 };
    cpu_set_t set;

    (void)state;
    CPU_ZERO(&set);
    CPU_SET(NO_CPU, &set);
    if (sched_setaffinity(0, sizeof(set), &set) == 0)
        skip(); /* a machine with 1024 CPUs */
    for (size_t i = 0; i < mechanisms_count; i++) {
        struct child child = { .orders.cpu = NO_CPU, .stamp_fd = -1 };

        if (strcmp(mechanisms[i].family, "timer") == 0 ||
            !prepared(&mechanisms[i], &child))
            continue;
        assert_int_equal(mechanisms[i].create(&child), 0);
        assert_int_equal(mechanisms[i].reap(&child), -EPROTO);
    }
    assert_alone();
}

/* A program that ends by a signal, or with the code of a friendly one. */
static void programs_of_others_are_not_taken_for_ours(void **state)
{
    static const char *const scripts[] = { "exit 0", "exit 1", "exit 127",
                                           "kill -9 $$" };

    for (size_t s = 0; s < sizeof(scripts) / sizeof(scripts[0]); s++) {
        scratch_script(*state, "empty-static", scripts[s]);
        scratch_script(*state, "empty-dynamic", scripts[s]);
        for (size_t i = 0; i < mechanisms_count; i++) {
            struct child child = { .orders.cpu = -1,
                                   .stamp_fd = -1,
                                   .programs = *state };

            if (strcmp(mechanisms[i].family, "program") != 0)
                continue;
            assert_int_equal(mechanisms[i].prepare(&child), 0);
            assert_int_equal(mechanisms[i].create(&child), 0);
            assert_int_equal(mechanisms[i].reap(&child), -EPROTO);
        }
    }
}

static void missing_programs_are_told_before(void **state)
{
    for (size_t i = 0; i < mechanisms_count; i++) {
        struct child child = { .orders.cpu = -1,
                               .stamp_fd = -1,
                               .programs = *state };

        if (strcmp(mechanisms[i].family, "program") == 0)
            assert_int_equal(mechanisms[i].prepare(&child), -ENOENT);
    }
}

/* vfork and clone3 are no calls that a test can come between. */
static void a_refusal_is_an_answer(void **state)
{
    unsigned refusals = 0;

    (void)state;
    for (size_t i = 0; i < mechanisms_count; i++) {
        const char *name = mechanisms[i].name;
        struct child child = { .orders.cpu = -1, .stamp_fd = -1 };

        if (strcmp(name, "timer") == 0 || strcmp(name, "vfork") == 0 ||
            strcmp(name, "clone3") == 0 || !prepared(&mechanisms[i], &child))
            continue;
        refuse_after(1, false);
        assert_int_equal(mechanisms[i].create(&child), 0);
        assert_int_equal(mechanisms[i].reap(&child), 0);
        assert_int_equal(mechanisms[i].create(&child), -EAGAIN);
        refuse_none();
        assert_alone();
        refusals++;
    }
    assert_true(refusals >= (UNDER_TSAN ? 4 : 6));
}

static void the_table_is_sound(void **state)
{
    static const char *const names[] = {
        "timer",
        "clone-thread",
        "pthread",
        "pthread-again",
        "thrd",
        "vfork",
        "fork",
        "clone3",
        "posix-spawn",
        "fork-exec",
        "fork-exec-dynamic",
    };

    (void)state;
    assert_int_equal(mechanisms_count, sizeof(names) / sizeof(names[0]));
    for (size_t i = 0; i < mechanisms_count; i++) {
        assert_string_equal(mechanisms[i].name, names[i]);
        assert_ptr_equal(mechanism_find(names[i]), &mechanisms[i]);
        assert_null(strpbrk(mechanisms[i].label, ",\"\\"));
        assert_null(strpbrk(mechanisms[i].note, ",\"\\"));
        assert_true(strlen(mechanisms[i].note) <= 45);
        assert_int_equal(mechanisms[i].needs[0] != '\0',
                         strcmp(mechanisms[i].family, "program") == 0);
        assert_true(is_thread(&mechanisms[i]) ||
                    strcmp(mechanisms[i].family, "timer") == 0 ||
                    strcmp(mechanisms[i].family, "process") == 0 ||
                    strcmp(mechanisms[i].family, "program") == 0);
    }
    assert_null(mechanism_find("fork-"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_creates_and_reaps),
        cmocka_unit_test(each_child_stamps_where_it_was_told_to_go),
        cmocka_unit_test(a_wrong_end_is_seen),
        cmocka_unit_test_setup_teardown(
            programs_of_others_are_not_taken_for_ours, scratch_begin,
            scratch_end),
        cmocka_unit_test_setup_teardown(missing_programs_are_told_before,
                                        scratch_begin, scratch_end),
        cmocka_unit_test(a_refusal_is_an_answer),
        cmocka_unit_test(the_table_is_sound),
    };

    return cmocka_run_group_tests_name("mechanisms", tests, NULL, NULL);
}
