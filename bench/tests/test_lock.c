/* One run at a time, and whom to blame. In a network namespace of its own
 * where that is allowed, since that is as far as the lock reaches; otherwise
 * the tests wait for whoever measures on this machine. */
#define _GNU_SOURCE /* unshare */
#include "../driver/lock.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
    stop = signal;
}

/* The lock, in the end; skips when somebody holds it for too long. */
static int take(void)
{
    struct failure failure = { "" };
    struct sigaction action = { .sa_handler = on_signal };

    sigaction(SIGALRM, &action, NULL);
    stop = 0;
    alarm(20);
    int fd = lock_take(true, &stop, &failure);
    alarm(0);
    if (fd == -EINTR) {
        print_message("another run holds the lock\n");
        skip();
    }
    assert_true(fd >= 0);
    return fd;
}

static void the_second_is_told_who_is_first(void **state)
{
    int fd = take();
    struct failure failure = { "" };
    char holder[64];

    (void)state;
    assert_int_equal(lock_take(false, &stop, &failure), -EBUSY);
    snprintf(holder, sizeof(holder), "(process %ld)", (long)getpid());
    assert_non_null(strstr(failure.text, holder));
    assert_non_null(strstr(failure.text, "--wait"));
    close(fd);
}

/* Numbers of processes mean nothing from one container to another. */
static void one_elsewhere_has_no_number(void **state)
{
    enum { NO_NAMESPACE = 2 };
    int fd = take();
    int status;
    pid_t pid = fork();

    (void)state;
    assert_true(pid >= 0);
    if (pid == 0) {
        struct failure failure = { "" };
        char who[LOCK_HOLDER] = "?";

        if (unshare(CLONE_NEWPID) != 0)
            _exit(NO_NAMESPACE);
        pid_t inside = fork();
        if (inside != 0) {
            waitpid(inside, &status, 0);
            _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
        }
        lock_name_holder(who);
        bool told = lock_take(false, &stop, &failure) == -EBUSY &&
                    strstr(failure.text, "is measuring: wait") != NULL;
        _exit(told && who[0] == '\0' ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(fd);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_NAMESPACE)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* However many come to ask, each gets its answer. */
static void many_are_told(void **state)
{
    enum { MANY = 50 };
    int fd = take();

    (void)state;
    for (int i = 0; i < MANY; i++) {
        struct failure failure = { "" };

        assert_int_equal(lock_take(false, &stop, &failure), -EBUSY);
        assert_non_null(strstr(failure.text, "another run is measuring"));
    }
    close(fd);
}

static void the_end_of_a_process_gives_it_back(void **state)
{
    int status;
    pid_t pid;

    (void)state;
    close(take());
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        take();
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    close(take());
}

static void waiting_can_be_ended(void **state)
{
    int fd = take();
    struct failure failure = { "" };
    sigset_t blocked, before;

    (void)state;
    /* As in main: the signal gets through while lock_take sleeps. */
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    raise(SIGALRM);
    assert_int_equal(stop, 0);
    assert_int_equal(lock_take(true, &stop, &failure), -EINTR);
    assert_int_equal(stop, SIGALRM);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_is_told_who_is_first),
        cmocka_unit_test(one_elsewhere_has_no_number),
        cmocka_unit_test(many_are_told),
        cmocka_unit_test(the_end_of_a_process_gives_it_back),
        cmocka_unit_test(waiting_can_be_ended),
    };

    if (unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) !=
        0)
        print_message("no network namespace of our own\n");
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
