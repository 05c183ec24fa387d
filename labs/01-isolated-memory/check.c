/* Checks exercise 01. Every call of run_in_child happens in a trial; the tasks
 * note who ran them in shared memory. Notice that no test looks at a clock. */
#define _GNU_SOURCE /* WNOWAIT */
#include "checking.h"
#include "exercise.h"

#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a trial tells the check. */
static struct facts {
    pid_t caller;                /* who calls run_in_child */
    _Atomic int runs, by_caller; /* of the task */
    pid_t runner;                /* who ran it last */
    struct gate inside;          /* where the waiting task waits */
    bool back_early;             /* the caller was back while it did */
    int returns, raises;         /* what the task is to do */
} * facts;

/* Ordinary memory: no child can change it for its parent. */
static int ordinary;
enum { NOT_ISOLATED = 1 << 20 };

static int task(void)
{
    facts->runs++;
    facts->runner = getpid();
    if (getpid() == facts->caller)
        facts->by_caller++;
    ordinary = 42;
    if (facts->raises != 0)
        raise(facts->raises);
    return facts->returns;
}

static int waiting_task(void)
{
    const int code = task();
    gate_wait(&facts->inside);
    return code;
}

static long call(int (*which)(void))
{
    facts->caller = getpid();
    ordinary = 1;
    const long result = run_in_child(which);
    return ordinary == 1 ? result : NOT_ISOLATED;
}

static long call_plain(void *unused)
{
    (void)unused;
    return call(task);
}

static long call_waiting(void *unused)
{
    (void)unused;
    return call(waiting_task);
}

static bool open_gate(void *unused, const struct moment *now)
{
    (void)unused;
    if (gate_waiting(&facts->inside) > 0 && now->returned)
        facts->back_early = true;
    return gate_release(&facts->inside) > 0;
}

/* One trial. The task is to return `returns`, or to die by `raises`. */
static struct outcome try(long (*body)(void *), int returns, int raises)
{
    memset(facts, 0, sizeof(*facts));
    facts->returns = returns;
    facts->raises = raises;
    const struct trial trial = {
        .body = body,
        .on_quiet = open_gate,
        .facts = facts,
    };
    return trial_run(&trial);
}

static void judge_who_ran(const struct outcome *outcome)
{
    if (facts->runs > 1 && facts->by_caller > 0)
        verdict_fail(
            outcome,
            "task() ran %d times: in the child, and in the caller as well. "
            "After fork() two processes go on with the same next line; only "
            "fork's value tells them apart. See fork(2), RETURN VALUE.",
            facts->runs);
    if (facts->by_caller > 0)
        verdict_fail(
            outcome,
            "task() ran in the caller's own process. Whatever it changes, or "
            "breaks, is now the caller's: nothing was isolated. See fork(2), "
            "RETURN VALUE: it says who the child is.");
    verdict_common(outcome);
    if (facts->runs == 0)
        verdict_fail(
            outcome,
            "run_in_child gave back %ld, and task() never ran, in no process. "
            "A second process has to be made, and has to call it: without () a "
            "function's name is no call. See fork(2).",
            outcome->result);
    if (facts->runs > 1)
        verdict_fail(
            outcome,
            "task() ran %d times. One call of run_in_child is one run, in one "
            "child. See fork(2): each fork doubles who goes on.",
            facts->runs);
    if (outcome->result == NOT_ISOLATED)
        verdict_fail(
            outcome,
            "task() changed a variable in the child, and the caller's own "
            "changed with it: the two share their memory. fork() copies it; "
            "not every relative does. See vfork(2), and clone(2), CLONE_VM.");
}

static void runs_the_task_in_a_child(void **state)
{
    (void)state;
    struct outcome outcome = try(call_plain, 0, 0);
    judge_who_ran(&outcome);

    outcome = try(call_waiting, 0, 0);
    judge_who_ran(&outcome);
    if (facts->back_early)
        verdict_fail(
            &outcome,
            "run_in_child came back while its child was still inside task(). "
            "Nobody can know yet how that will end, and fork() does not wait. "
            "If you do call waitpid(), look at what it returned: -1 means that "
            "it waited for nobody. See waitpid(2), RETURN VALUE.");
    verdict_leftovers(&outcome);
}

static void expect_returned(int returned, long expected)
{
    const struct outcome outcome = try(call_plain, returned, 0);
    verdict_common(&outcome);
    const long reported = outcome.result;
    if (returned > 0 && reported == (long)(returned & 0xff) << 8)
        verdict_fail(
            &outcome,
            "The child returned %d and you reported %ld. That is the raw wait "
            "status: the answer sits in its second byte, the first one is for "
            "signals. See wait(2), WEXITSTATUS.",
            returned, reported);
    if (reported == returned && reported != expected)
        verdict_fail(
            &outcome,
            "The child returned %d and you reported %ld, all of it. An exit "
            "status carries eight bits, and the contract promises just those: "
            "%ld. See exit(3), and exercise.h.",
            returned, reported, expected);
    if (reported == 0 && expected != 0)
        verdict_fail(
            &outcome,
            "task() returned %d and you reported 0. The number has to get out "
            "of the child, by _exit() alone (a variable that the child sets is "
            "the child's own: that was the demo); and the parent has to unpack "
            "it from the status. See _exit(2), and wait(2), WEXITSTATUS.",
            returned);
    if (reported == facts->runner)
        verdict_fail(
            &outcome,
            "You reported %ld, and that is the child's process id: waitpid() "
            "returns whom it waited for. How that one ended is in the status "
            "that it filled in. See waitpid(2), wstatus.",
            reported);
    if (reported != expected)
        verdict_fail(
            &outcome,
            "task() returned %d, whose low eight bits are %ld, and you "
            "reported %ld. See wait(2), WEXITSTATUS, and exercise.h.",
            returned, expected, reported);
    verdict_leftovers(&outcome);
}

static void gives_back_the_low_eight_bits(void **state)
{
    (void)state;
    expect_returned(0, 0);
    expect_returned(7, 7);
    expect_returned(143, 143); /* not signal 15, though a shell would say so */
    expect_returned(300, 44);
    expect_returned(-1, 255);
}

static void expect_signal(int signal, const char *name)
{
    const struct outcome outcome = try(call_plain, 0, signal);
    verdict_common(&outcome);
    const long reported = outcome.result;
    if (reported == 0)
        verdict_fail(
            &outcome,
            "%s ended the child and you reported 0, as if task() had "
            "returned 0. A child that was killed has no exit status: ask first "
            "how it ended. See wait(2), WIFEXITED and WIFSIGNALED.",
            name);
    if (reported == signal || reported == 128 + signal)
        verdict_fail(
            &outcome,
            "%s ended the child and you reported %ld. A task may return %ld "
            "too, so the caller could not tell the two apart; the contract "
            "says -%d. See wait(2), WIFSIGNALED, and exercise.h.",
            name, reported, reported, signal);
    if (reported != -signal)
        verdict_fail(
            &outcome,
            "%s ended the child and you reported %ld; the contract says "
            "-%d. See wait(2), WTERMSIG, and exercise.h.",
            name, reported, signal);
    verdict_leftovers(&outcome);
}

static void names_the_signal(void **state)
{
    (void)state;
    expect_signal(SIGKILL, "SIGKILL");
    expect_signal(SIGTERM, "SIGTERM");
    expect_signal(SIGABRT,
                  "SIGABRT"); /* where a core is dumped, a bit says so */
}

enum { OTHER_CODE = 99 };

/* The caller has a child already, and that one has ended: a zombie. */
static long call_beside_another_child(void *unused)
{
    const pid_t other = fork();
    if (other < 0)
        err(EXIT_FAILURE, "fork");
    if (other == 0)
        _exit(OTHER_CODE);
    siginfo_t info;
    if (waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT) < 0)
        err(EXIT_FAILURE, "waitid");
    return call_plain(unused);
}

static void leaves_other_children_alone(void **state)
{
    (void)state;
    struct outcome outcome = try(call_beside_another_child, 7, 0);
    verdict_common(&outcome);
    if (outcome.result == OTHER_CODE)
        verdict_fail(
            &outcome,
            "The task returned 7 and you reported %d: that is how another "
            "child of the caller had ended before. wait() takes whichever "
            "child comes first. See waitpid(2): it can wait for one child.",
            OTHER_CODE);
    if (outcome.left.zombies == 0)
        verdict_fail(
            &outcome,
            "The caller had another child, which had ended already, and now "
            "that one cannot be waited for: you took its end. See waitpid(2), "
            "the meaning of pid.");
    outcome.left.zombies--;
    verdict_leftovers(&outcome);
}

static const char waiting_text[] = "[text that waited in the caller]";

static long call_with_waiting_text(void *unused)
{
    fputs(waiting_text, stdout);
    const long result = call_plain(unused);
    fflush(stdout);
    return result;
}

static void prints_waiting_text_once(void **state)
{
    (void)state;
    const struct outcome outcome = try(call_with_waiting_text, 0, 0);
    verdict_common(&outcome);
    int times = 0;
    for (const char *at = outcome.said; (at = strstr(at, waiting_text)) != NULL;
         at += strlen(waiting_text))
        times++;
    if (times > 1)
        verdict_fail(
            &outcome,
            "Text that the caller had printed before the call came out %d "
            "times. It waited in stdio's buffer, fork() copied the buffer "
            "along with all other memory, and exit() in the child printed the "
            "copy. See _exit(2), and exit(3) on what exit does first.",
            times);
    if (times == 0)
        verdict_fail(&outcome,
                     "Text that the caller had printed before the call never "
                     "came out. Leave stdout to the caller. See stdio(3).");
    verdict_leftovers(&outcome);
}

/* From here on this process can make no child, whichever call it tries. */
static bool forbid_children(void)
{
    static const int calls[] = {
        SYS_clone,
        SYS_clone3,
#ifdef SYS_fork
        SYS_fork,
        SYS_vfork,
#endif
    };
    enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

    struct sock_filter code[CALLS + 3];
    size_t n = 0;
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                             offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALLS; i++) /* a match jumps to the last line */
        code[n++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], CALLS - i, 0);
    code[n++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                             SECCOMP_RET_ERRNO | EAGAIN);
    const struct sock_fprog program = { (unsigned short)n, code };
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

enum { NOT_FORBIDDEN = -2000 };

static long call_without_children(void *unused)
{
    return forbid_children() ? call_plain(unused) : NOT_FORBIDDEN;
}

static void says_when_there_was_no_child(void **state)
{
    (void)state;
    const struct outcome outcome = try(call_without_children, 7, 0);
    if (outcome.how == TRIAL_RETURNED && outcome.result == NOT_FORBIDDEN)
        checking_skip("this system has no seccomp");
    verdict_common(&outcome);
    if (facts->runs > 0)
        verdict_fail(
            &outcome,
            "The system refused a new process, and task() ran in the caller "
            "instead. It must not run at all then. See fork(2), RETURN VALUE.");
    if (outcome.result != NO_CHILD)
        verdict_fail(
            &outcome,
            "The system refused a new process (fork() gave -1, errno EAGAIN) "
            "and you reported %ld; the contract says NO_CHILD, %d. Without a "
            "child nobody fills in a status, either. A full process table is "
            "rare, and real. See fork(2), ERRORS.",
            outcome.result, NO_CHILD);
    verdict_leftovers(&outcome);
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_the_task_in_a_child),
        cmocka_unit_test(gives_back_the_low_eight_bits),
        cmocka_unit_test(names_the_signal),
        cmocka_unit_test(leaves_other_children_alone),
        cmocka_unit_test(prints_waiting_text_once),
        cmocka_unit_test(says_when_there_was_no_child),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
