/* Checks exercise 15. What is to be copied is brought into its most inconvenient
 * state first: a text waits in a buffer, a thread stands in the middle of
 * ledger_add. The check holds it there, so that it is so every time. */
#include "checking.h"
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEFORE, OTHER, CHILDS, AFTER, TEXTS };
static const char *const texts[TEXTS] = {
    [BEFORE] = "printed before, ",
    [OTHER] = "printed elsewhere, ",
    [CHILDS] = "by the child, ",
    [AFTER] = "afterwards, ",
};

struct entry {
    bool entered, read, added;
    long sum, count;
};

/* What a trial tells the check. */
static struct facts {
    pid_t caller, pid;
    bool came_back;       /* from the fork */
    bool early;           /* the child was at work, and the caller not back */
    bool lent;            /* vfork was called */
    int status;           /* how the child ended, as waitpid says */
    _Atomic int handlers; /* of the caller's, called in a child */
    int times[TEXTS];     /* how often a text is in the files */

    bool crowded;                  /* a thread stands midway at the fork */
    struct gate ready, midway, in; /* main; that thread; the child */
    struct entry child, callers;
    bool found_midway; /* the child was born while it stood there */

    int fd, flags, error; /* of open_private */
    char content[8];
    bool naked; /* open(2) gave a handle without the flag */
} * facts;

/* What the student's object calls: was there a moment without the flag? */
int check_open(const char *path, int flags, ...);
int check_open64(const char *path, int flags, ...)
    __attribute__((alias("check_open")));
int check_open(const char *path, int flags, ...)
{
    va_list values;
    va_start(values, flags);
    const int mode = (flags & O_CREAT) != 0 ? va_arg(values, int) : 0;
    va_end(values);
    const int fd = open(path, flags, mode);
    if (fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0)
        facts->naked = true;
    return fd;
}

/* vfork suspends its caller in a way in which nobody can be watched. */
pid_t check_vfork(void);
pid_t check_vfork(void)
{
    facts->lent = true;
    return check_fork();
}

static void note_exit(void)
{
    facts->handlers += getpid() != facts->caller;
}

static void begin(void)
{
    facts->caller = getpid();
    atexit(note_exit);
}

static void wait_for_child(void)
{
    facts->came_back = true;
    trial_step();
    if (facts->pid > 0 && waitpid(facts->pid, &facts->status, 0) < 0)
        facts->status = -1;
}

/* How often each text is in a file; adds to facts->times. */
static void count_texts(const char *path)
{
    char content[400] = "";
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, content, sizeof(content) - 1) < 0)
        return;
    close(fd);
    unlink(path);
    for (int i = 0; i < TEXTS; i++)
        for (const char *at = content; (at = strstr(at, texts[i])) != NULL;
             at++)
            facts->times[i]++;
}

static void print_in_child(FILE *out)
{
    fputs(texts[CHILDS], out);
    gate_wait(&facts->in);
}

static long print_and_fork(void *unused)
{
    FILE *const out = fopen("out", "w"), *const other = fopen("other", "w");
    (void)unused;
    begin();
    fputs(texts[BEFORE], out);
    fputs(texts[OTHER], other);
    facts->pid = fork_text(out, print_in_child);
    if (getpid() != facts->caller)
        return 0;
    wait_for_child();
    fputs(texts[AFTER], out);
    fclose(out);
    fclose(other);
    count_texts("out");
    count_texts("other");
    return 0;
}

static void nothing(void)
{
}

static void stand_midway(void)
{
    gate_wait(&facts->midway);
}

static void *add_slowly(void *ledger)
{
    ledger_add(ledger, 5, stand_midway);
    return NULL;
}

static void use(struct ledger *l, struct entry *entry, long amount)
{
    ledger_read(l, &entry->sum, &entry->count);
    entry->read = true;
    trial_step();
    ledger_add(l, amount, nothing);
    long sum, count;
    ledger_read(l, &sum, &count);
    entry->added = sum == entry->sum + amount && count == entry->count + 1;
}

static void use_in_child(struct ledger *l)
{
    facts->found_midway = gate_waiting(&facts->midway) > 0;
    facts->child.entered = true;
    trial_step();
    use(l, &facts->child, 7);
}

static long fork_with_ledger(void *unused)
{
    pthread_t slow;
    struct ledger *const l = ledger_open();
    (void)unused;
    begin();
    ledger_add(l, 10, nothing);
    ledger_add(l, 20, nothing);
    if (facts->crowded) {
        if (pthread_create(&slow, NULL, add_slowly, l) != 0)
            return -1;
        gate_wait(&facts->ready);
    }
    facts->pid = ledger_fork(l, use_in_child);
    if (getpid() != facts->caller)
        return 0;
    wait_for_child();
    if (facts->crowded)
        pthread_join(slow, NULL);
    facts->callers.entered = true;
    use(l, &facts->callers, 100);
    return 0;
}

/* One gate at a time: main goes on when the other thread stands midway; that
 * one goes on when main, or its child, gets no further. */
static bool open_gates(void *unused, const struct moment *now)
{
    (void)unused;
    (void)now;
    if (gate_waiting(&facts->in) > 0 && !facts->came_back)
        facts->early = true;
    if (gate_release(&facts->ready) > 0)
        return true;
    return gate_release(&facts->in) > 0 || gate_release(&facts->midway) > 0;
}

static struct outcome try(long (*body)(void *), bool crowded, int refused)
{
    memset(facts, 0, sizeof(*facts));
    facts->crowded = crowded;
    births_count_only();
    births_fail_at(refused);
    const struct trial trial = {
        .body = body,
        .on_quiet = open_gates,
        .facts = facts,
    };
    return trial_run(&trial);
}

static bool is_stuck(const struct outcome *outcome)
{
    return outcome->how == TRIAL_STUCK || outcome->how == TRIAL_SPINNING;
}

/* Of both kinds of fork. */
static void judge_child(const struct outcome *outcome, const char *function)
{
    if (facts->lent)
        verdict_fail(
            outcome,
            "%s calls vfork. That lends the child the caller's own memory, and "
            "lets the caller wait; all that such a child may do is to call "
            "exec or _exit. See vfork(2).",
            function);
    if (facts->handlers > 0)
        verdict_fail(
            outcome,
            "The child of %s did what the caller has told atexit to do: "
            "exit(3) runs those handlers, and writes out what waits in any "
            "stream. Both belong to the caller. See _exit(2).",
            function);
    if (facts->pid <= 0 || facts->status == -1)
        verdict_fail(
            outcome,
            "%s gave %d, and waitpid found no such child. Its process id is "
            "what the caller needs to wait for it. See exercise.h.",
            function, facts->pid);
    if (facts->status != 0)
        verdict_fail(
            outcome,
            "The child of %s ended with wait status %d; the contract says: "
            "with exit status 0. See wait(2), exercise.h.",
            function, facts->status);
}

static void judge_texts(const struct outcome *outcome)
{
    const int *const times = facts->times;
    verdict_ended(outcome);
    if (times[BEFORE] > 1)
        verdict_fail(
            outcome,
            "What the caller had printed before is in the file %d times. It "
            "was waiting in the buffer of `out` at the fork; a buffer is "
            "memory, so then there were two, and both were written out. See "
            "fflush(3): when must it be empty?",
            times[BEFORE]);
    if (times[OTHER] > 1)
        verdict_fail(
            outcome,
            "What the caller had printed to another stream than `out` is in "
            "its file %d times: the child had a copy of that buffer, too, and "
            "wrote it out when it ended. Which ways to end do that, and which "
            "does not? See exit(3), _exit(2).",
            times[OTHER]);
    verdict_common(outcome);
    for (int i = 0; i < TEXTS; i++)
        if (times[i] == 0)
            verdict_fail(
                outcome,
                "\"%s\" never arrived in the file. %s See fflush(3), _exit(2).",
                texts[i],
                i == CHILDS ? "It was in the child's buffer when the child "
                              "ended, and nobody wrote that out."
                            : "Who had it in a buffer last?");
        else if (times[i] > 1)
            verdict_fail(
                outcome,
                "\"%s\" is in the file %d times. Who wrote it out, and "
                "who had a copy? See fork(2), fflush(3).",
                texts[i], times[i]);
}

static void prints_every_text_once(void **state)
{
    (void)state;
    const struct outcome outcome = try(print_and_fork, false, -1);
    if (facts->early)
        verdict_fail(
            &outcome,
            "fork_text waited for its child. It comes back at once, as fork "
            "does; to wait is the caller's business. See exercise.h.");
    judge_texts(&outcome);
    judge_child(&outcome, "fork_text");
    verdict_leftovers(&outcome);
}

static void judge_ledger_stuck(const struct outcome *outcome)
{
    if (!is_stuck(outcome))
        return;
    if (facts->child.entered && !facts->child.read && facts->found_midway)
        verdict_fail(
            outcome,
            "The child waits for ever in ledger_read. Another thread was in "
            "the middle of ledger_add when you forked, and had the lock. Now "
            "the child has a copy of the lock, locked; a copy of that thread "
            "it "
            "has not, and nobody there will ever open it. See fork(2), and "
            "pthread_atfork(3).");
    if (facts->child.entered && !facts->child.read)
        verdict_fail(
            outcome,
            "The child waits for ever in ledger_read. Nobody else was in the "
            "ledger: it is you who took the lock before the fork. Since then "
            "there are two of it, the caller's and the child's. If you do open "
            "both: what did pthread_mutex_unlock return in the child? See "
            "fork(2), pthread_mutex_lock(3).");
    if (facts->callers.entered && !facts->callers.read)
        verdict_fail(
            outcome,
            "After ledger_fork the caller's own ledger_read waits for ever. "
            "The lock that you took before the fork is there twice since then; "
            "opening the child's does not open the caller's. See fork(2).");
    if (outcome->left.processes > 0 && !facts->child.entered)
        verdict_fail(
            outcome,
            "There is a child, and it waits for ever before it has called "
            "child(). Seen: %s. If it waits for another thread to finish: it "
            "has none. See fork(2), NOTES.",
            outcome->census);
}

static void judge_ledger(const struct outcome *outcome)
{
    const struct entry *const child = &facts->child;
    const long later = facts->crowded ? 5 : 0;
    judge_ledger_stuck(outcome);
    verdict_common(outcome);
    judge_child(outcome, "ledger_fork");
    if (child->sum == 35 && child->count == 2)
        verdict_fail(
            outcome,
            "The child found the sum 35 and the count 2: another thread was "
            "between the two when you forked, and the child has what it had "
            "left lying there. To open a lock by force, or to make a new one, "
            "does not make whole what it guards. See pthread_atfork(3).");
    if (!(child->sum == 30 && child->count == 2) &&
        !(child->sum == 30 + later && child->count == 2 + later / 5))
        verdict_fail(
            outcome,
            "The ledger had 10 and 20 before the fork%s. The child found the "
            "sum %ld and the count %ld. See exercise.h.",
            facts->crowded ? ", and 5 was being added" : "", child->sum,
            child->count);
    if (!child->added)
        verdict_fail(outcome, "The child added 7 to its ledger, and did not "
                              "find it there. See exercise.h.");
    if (facts->callers.sum != 30 + later ||
        facts->callers.count != 2 + later / 5 || !facts->callers.added)
        verdict_fail(
            outcome,
            "When all was done, the caller's ledger had the sum %ld and the "
            "count %ld, not %ld and %ld. The child's is a copy: what it adds "
            "stays there. See exercise.h.",
            facts->callers.sum, facts->callers.count, 30 + later,
            2 + later / 5);
    verdict_leftovers(outcome);
}

static void forks_with_a_ledger_at_rest(void **state)
{
    (void)state;
    const struct outcome outcome = try(fork_with_ledger, false, -1);
    judge_ledger(&outcome);
}

static void forks_while_a_thread_is_midway(void **state)
{
    (void)state;
    const struct outcome outcome = try(fork_with_ledger, true, -1);
    judge_ledger(&outcome);
}

static void judge_refused(const struct outcome *outcome, const char *function)
{
    if (births_tried() == 0)
        skip(); /* another call than fork: nobody has stood in its way */
    if (is_stuck(outcome) && facts->callers.entered)
        verdict_fail(
            outcome,
            "The system refused %s a child, and afterwards the caller waits "
            "for ever in ledger_read. Seen: %s. There is a third way out of "
            "fork: what was to be undone after it? See fork(2), RETURN VALUE.",
            function, outcome->census);
    if (facts->child.entered || facts->times[CHILDS] > 0)
        verdict_fail(
            outcome,
            "The system refused %s a child (fork gave -1), and child() was "
            "called all the same, in the caller's process. See fork(2), RETURN "
            "VALUE.",
            function);
    verdict_common(outcome);
    if (facts->pid != -1)
        verdict_fail(outcome,
                     "The system refused %s a child, and it gave %d; the "
                     "contract says -1. See exercise.h.",
                     function, facts->pid);
}

static void bears_a_refusal(void **state)
{
    (void)state;
    struct outcome outcome = try(print_and_fork, false, 0);
    judge_refused(&outcome, "fork_text");
    if (facts->times[BEFORE] != 1 || facts->times[AFTER] != 1)
        verdict_fail(&outcome,
                     "The system refused fork_text a child, and the caller's "
                     "texts are in the file %d and %d times. See exercise.h.",
                     facts->times[BEFORE], facts->times[AFTER]);
    outcome = try(fork_with_ledger, false, 0);
    judge_refused(&outcome, "ledger_fork");
    verdict_leftovers(&outcome);
}

static long open_file(void *unused)
{
    (void)unused;
    const int made = creat("secret", 0600);
    if (made < 0 || write(made, "secret", 6) != 6 || close(made) < 0)
        return -1;
    facts->fd = open_private("secret");
    unlink("secret");
    if (facts->fd >= 0) {
        facts->flags = fcntl(facts->fd, F_GETFD);
        if (read(facts->fd, facts->content, 6) < 0)
            facts->error = errno;
        close(facts->fd);
    }
    errno = 0;
    return open_private("missing") == -1 && errno == ENOENT;
}

static void opens_for_itself_alone(void **state)
{
    (void)state;
    const struct outcome outcome = try(open_file, false, -1);
    verdict_common(&outcome);
    if (facts->fd < 0 || strcmp(facts->content, "secret") != 0)
        verdict_fail(
            &outcome,
            "open_private gave %d, and what was in the file could not be read "
            "from there (%s). Flags of open(2) have names that begin with O_; "
            "FD_CLOEXEC is a number of another family. See open(2).",
            facts->fd, facts->error != 0 ? strerror(facts->error) : "nothing");
    if ((facts->flags & FD_CLOEXEC) == 0)
        verdict_fail(
            &outcome,
            "The handle that open_private gave stays open in every program "
            "that is started by exec: its close-on-exec flag is not set. See "
            "open(2), fcntl(2).");
    if (facts->naked)
        verdict_fail(
            &outcome,
            "The handle was there for a moment without its close-on-exec flag. "
            "In that moment another thread may fork and exec, and then the "
            "handle is away. Flag and handle have to come at once. See "
            "open(2).");
    if (outcome.result != 1)
        verdict_fail(
            &outcome,
            "open_private was asked for a file that is not there; it is to "
            "give -1, with errno as open(2) has left it. See exercise.h.");
    verdict_leftovers(&outcome);
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_every_text_once),
        cmocka_unit_test(forks_with_a_ledger_at_rest),
        cmocka_unit_test(forks_while_a_thread_is_midway),
        cmocka_unit_test(bears_a_refusal),
        cmocka_unit_test(opens_for_itself_alone),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
