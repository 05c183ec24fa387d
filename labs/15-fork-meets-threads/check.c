/* Checks exercise 15. What is to be copied is brought into its most inconvenient
 * state first: a text waits in a buffer, a thread stands in the middle of
 * ledger_add. It came before the fork, or in the very moment of the fork, as
 * far as it gets; the check holds it there, so that it is so every time. */
#include "checking.h"
#include "exercise.h"

#include <fcntl.h>
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

enum crowd { NOBODY, BEFORE_FORK, AT_FORK }; /* when a thread comes, midway */

struct entry {
    bool entered, read;
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

    enum crowd crowd;
    bool sent;                     /* somebody else into the ledger */
    struct gate ready, midway, in; /* main; that thread; the child */
    struct entry child, callers;
    bool found_midway; /* the child was born while it stood there */

    int fd, flags; /* of open_private */
    char content[8];
    bool naked; /* open(2) gave a handle without the flag */
} * facts;

/* What the student's object calls: was there a moment without the flag? */
int check_open(const char *path, int flags, ...);
int check_open64(const char *path, int flags, ...)
    __attribute__((alias("check_open")));
int check_open(const char *path, int flags, ...)
{
    const int fd = open(path, flags, 0600);
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

static pthread_t slow; /* in the trial's own memory, as the ledger is */
static struct ledger *ledger;

static void stand_midway(void)
{
    gate_wait(&facts->midway);
}

static void *add_slowly(void *unused)
{
    ledger_add(ledger, 5, stand_midway);
    return unused;
}

/* Comes back when that thread stands midway, or waits for the lock. */
static void send_somebody(void)
{
    facts->sent = pthread_create(&slow, NULL, add_slowly, NULL) == 0;
    gate_wait(&facts->ready);
}

/* Called by fork, in the parent: after the handlers of the student's own. */
static void fork_begins(void)
{
    if (facts->crowd == AT_FORK && !facts->sent)
        send_somebody();
}

static void begin(void)
{
    facts->caller = getpid();
    atexit(note_exit);
    pthread_atfork(fork_begins, NULL, NULL);
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

static void use(struct ledger *l, struct entry *entry, long amount)
{
    ledger_read(l, &entry->sum, &entry->count);
    entry->read = true;
    trial_step();
    ledger_add(l, amount, nothing);
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
    (void)unused;
    begin();
    ledger = ledger_open();
    ledger_add(ledger, 10, nothing);
    ledger_add(ledger, 20, nothing);
    if (facts->crowd == BEFORE_FORK)
        send_somebody();
    facts->pid = ledger_fork(ledger, use_in_child);
    if (getpid() != facts->caller)
        return 0;
    wait_for_child();
    if (facts->sent)
        pthread_join(slow, NULL);
    facts->callers.entered = true;
    use(ledger, &facts->callers, 100);
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

static struct outcome try(long (*body)(void *), enum crowd crowd, int refused)
{
    memset(facts, 0, sizeof(*facts));
    facts->crowd = crowd;
    births_count_only();
    births_fail_at(refused);
    const struct trial trial = {
        .body = body,
        .on_quiet = open_gates,
        .facts = facts,
    };
    return trial_run(&trial);
}

static void judge(const struct outcome *outcome, const char *trouble)
{
    if (trouble != NULL)
        verdict_fail(outcome, "%s", trouble);
}

/* Of both kinds of fork. */
static const char *child_trouble(void)
{
    if (facts->early)
        return "waited for its child. It comes back at once, as fork does; to "
               "wait is the caller's business. See exercise.h.";
    if (facts->lent)
        return "calls vfork. That lends the child the caller's own memory, and "
               "lets the caller wait; all that such a child may do is to call "
               "exec or _exit. See vfork(2).";
    if (facts->handlers > 0)
        return "has a child that did what the caller has told atexit to do: "
               "exit(3) runs those handlers, and writes out what waits in any "
               "stream. Both belong to the caller. See _exit(2).";
    if (facts->pid == -1)
        return "gave -1, and the system had refused nothing. -1 is for no "
               "child at all, not for a lock that somebody else has just now: "
               "wait for that. See exercise.h.";
    if (facts->pid <= 0 || facts->status == -1)
        return "gave a number with which waitpid found no child. Its process "
               "id is what the caller needs to wait for it. See exercise.h.";
    if (facts->status != 0)
        return "has a child that did not end with exit status 0. See wait(2), "
               "exercise.h.";
    return NULL;
}

static void judge_child(const struct outcome *outcome, const char *function)
{
    const char *const trouble = child_trouble();
    if (trouble != NULL)
        verdict_fail(outcome, "%s %s", function, trouble);
}

static const char *text_trouble(int text)
{
    if (facts->times[text] == 0)
        return "It was in somebody's buffer when that one ended, and nobody "
               "wrote it out. See fflush(3), _exit(2).";
    if (text == OTHER)
        return "The child had a copy of that other stream's buffer, too, and "
               "wrote it out when it ended. Which ways to end do that, and "
               "which does not? See exit(3), _exit(2).";
    return "It was waiting in the buffer of `out` at the fork; a buffer is "
           "memory, so then there were two, and both were written out. See "
           "fflush(3): when must it be empty?";
}

static void prints_every_text_once(void **state)
{
    (void)state;
    const struct outcome outcome = try(print_and_fork, NOBODY, -1);
    verdict_common(&outcome);
    for (int i = 0; i < TEXTS; i++)
        if (facts->times[i] != 1)
            verdict_fail(&outcome,
                         "\"%s\" is in its file %d times, not once. %s",
                         texts[i], facts->times[i], text_trouble(i));
    judge_child(&outcome, "fork_text");
    verdict_leftovers(&outcome);
}

static const char *stuck_trouble(const struct outcome *outcome)
{
    if (facts->child.entered && !facts->child.read && facts->found_midway &&
        facts->crowd == AT_FORK)
        return "The child waits for ever in ledger_read. Another thread came "
               "into ledger_add just when you forked. If you took the lock "
               "before: at the fork you no longer had it. Whoever is to stay "
               "out has to be kept out until it is over. See "
               "pthread_atfork(3).";
    if (facts->child.entered && !facts->child.read && facts->found_midway)
        return "The child waits for ever in ledger_read. Another thread was in "
               "the middle of ledger_add when you forked, and had the lock. "
               "Now the child has a copy of the lock, locked; a copy of that "
               "thread it has not, and nobody there will ever open it. See "
               "fork(2), and pthread_atfork(3).";
    if (facts->child.entered && !facts->child.read)
        return "The child waits for ever in ledger_read. Nobody else was in "
               "the ledger: it is you who took the lock before the fork. Since "
               "then there are two of it, the caller's and the child's. If you "
               "do open both: what did pthread_mutex_unlock return in the "
               "child? See fork(2), pthread_mutex_lock(3).";
    if (facts->callers.entered && !facts->callers.read && facts->pid == -1)
        return "The system refused ledger_fork a child, and afterwards the "
               "caller waits for ever in ledger_read. There is a third way out "
               "of fork: what was to be undone after it? See fork(2), RETURN "
               "VALUE.";
    if (facts->callers.entered && !facts->callers.read)
        return "After ledger_fork the caller's own ledger_read waits for ever. "
               "The lock that you took before the fork is there twice since "
               "then; opening the child's does not open the caller's. See "
               "fork(2).";
    if (outcome->left.processes > 0 && !facts->child.entered)
        return "There is a child, and it waits for ever before it has called "
               "child(). If it waits for another thread to finish: it has "
               "none. See fork(2), NOTES.";
    return NULL;
}

static void judge_end(const struct outcome *outcome)
{
    if (outcome->how == TRIAL_STUCK || outcome->how == TRIAL_SPINNING)
        judge(outcome, stuck_trouble(outcome));
    verdict_common(outcome);
}

static void judge_ledger(enum crowd crowd)
{
    const struct outcome outcome = try(fork_with_ledger, crowd, -1);
    const struct entry *const child = &facts->child;
    const struct entry *const own = &facts->callers;
    const long more = facts->sent ? 1 : 0, sum = 30 + 5 * more;
    judge_end(&outcome);
    judge_child(&outcome, "ledger_fork");
    if (child->sum == 35 && child->count == 2)
        judge(
            &outcome,
            "The child found the sum 35 and the count 2: another thread was "
            "between the two when you forked, and the child has what it had "
            "left lying there. To open a lock by force, or to make a new one, "
            "does not make whole what it guards. See pthread_atfork(3).");
    if (!(child->sum == 30 && child->count == 2) &&
        !(child->sum == sum && child->count == 2 + more))
        verdict_fail(
            &outcome,
            "The ledger had 10 and 20 before the fork. The child found the "
            "sum %ld and the count %ld. See exercise.h.",
            child->sum, child->count);
    if (own->sum != sum || own->count != 2 + more)
        verdict_fail(
            &outcome,
            "When all was done, the caller's ledger had the sum %ld and the "
            "count %ld, not %ld and %ld. The child's is a copy: what it adds "
            "stays there. See exercise.h.",
            own->sum, own->count, sum, 2 + more);
    verdict_leftovers(&outcome);
}

static void forks_with_a_ledger_at_rest(void **state)
{
    (void)state;
    judge_ledger(NOBODY);
}

static void forks_while_a_thread_is_midway(void **state)
{
    (void)state;
    judge_ledger(BEFORE_FORK);
    judge_ledger(AT_FORK);
}

static void judge_refused(long (*body)(void *), const char *function)
{
    const struct outcome outcome = try(body, NOBODY, 0);
    if (births_tried() == 0)
        checking_skip("no call of fork to refuse");
    if (facts->child.entered || facts->times[CHILDS] > 0)
        verdict_fail(
            &outcome,
            "The system refused %s a child (fork gave -1), and child() was "
            "called all the same, in the caller's process. See fork(2), RETURN "
            "VALUE.",
            function);
    judge_end(&outcome);
    if (facts->pid != -1)
        judge(&outcome, "Without a child, -1 goes back. See exercise.h.");
    verdict_leftovers(&outcome);
}

static void bears_a_refusal(void **state)
{
    (void)state;
    judge_refused(print_and_fork, "fork_text");
    judge_refused(fork_with_ledger, "ledger_fork");
}

static long open_file(void *unused)
{
    (void)unused;
    const int made = creat("secret", 0600);
    if (made < 0 || write(made, "secret", 6) != 6 || close(made) < 0)
        return -1;
    facts->fd = open_private("secret");
    unlink("secret");
    if (facts->fd < 0)
        return 0;
    facts->flags = fcntl(facts->fd, F_GETFD);
    const ssize_t bytes = read(facts->fd, facts->content, 6);
    close(facts->fd);
    return bytes;
}

static const char *handle_trouble(const struct outcome *outcome)
{
    if (outcome->result != 6 || strcmp(facts->content, "secret") != 0)
        return "What was in the file could not be read from what open_private "
               "gave. Flags of open(2) have names that begin with O_; "
               "FD_CLOEXEC is a number of another family. See open(2).";
    if ((facts->flags & FD_CLOEXEC) == 0)
        return "The handle that open_private gave stays open in every program "
               "that is started by exec: its close-on-exec flag is not set. "
               "See open(2), fcntl(2).";
    if (facts->naked)
        return "The handle was there for a moment without its close-on-exec "
               "flag. In that moment another thread may fork and exec, and "
               "then the handle is away. Flag and handle have to come at once. "
               "See open(2).";
    return NULL;
}

static void opens_for_itself_alone(void **state)
{
    (void)state;
    const struct outcome outcome = try(open_file, NOBODY, -1);
    verdict_common(&outcome);
    judge(&outcome, handle_trouble(&outcome));
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
