/* fork, exec, poll, waitpid. Notice that the program gets a process group of
 * its own: a Ctrl-C reaches us alone, and killing the group takes along what
 * the program has started. */
#define _GNU_SOURCE /* pipe2, ppoll, strsignal */
#include "command.h"

#include "ending.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct running {
    pid_t pid;
    int out, err, refused; /* our ends of its pipes */
    char *text;
    size_t used, size;
    double end_s;
};

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* In the child. Signals that we block or ignore are the program's own again;
 * what fails here sends its errno through the pipe, which a successful exec
 * closes. */
static void become(char *const argv[], pid_t parent, const int out[2],
                   const int err[2], int refused)
{
    sigset_t none;

    sigemptyset(&none);
    setpgid(0, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(126);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(out[1], STDOUT_FILENO) >= 0 && dup2(err[1], STDERR_FILENO) >= 0)
        execvp(argv[0], argv);

    int error = errno;
    if (write(refused, &error, sizeof(error)) < 0)
        _exit(126);
    _exit(127);
}

static void pipes_close(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

static int start(char *const argv[], struct running *run)
{
    int fds[6] = { -1, -1, -1, -1, -1, -1 }; /* out, err, refused */
    pid_t parent = getpid();

    /* Adopt what the program leaves behind, or it would stay a zombie where
     * process 1 does not care, as in some containers. */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int i = 0; i < 6; i += 2) {
        if (pipe2(&fds[i], O_CLOEXEC) != 0) {
            int rc = -errno;
            pipes_close(fds, 6);
            return rc;
        }
    }

    run->pid = fork();
    if (run->pid < 0) {
        int rc = -errno;
        pipes_close(fds, 6);
        return rc;
    }
    if (run->pid == 0)
        become(argv, parent, &fds[0], &fds[2], fds[5]);

    setpgid(run->pid, run->pid); /* here too: whoever comes first */
    for (int i = 1; i < 6; i += 2)
        close(fds[i]);
    run->out = fds[0];
    run->err = fds[2];
    run->refused = fds[4];
    return 0;
}

static int room(struct running *run)
{
    if (run->size - run->used > 1)
        return 0;
    if (run->size >= COMMAND_OUTPUT_MAX)
        return -EFBIG;

    size_t size = run->size == 0 ? 16 * 1024 : run->size * 2;
    char *text = realloc(run->text, size);
    if (text == NULL)
        return -ENOMEM;
    run->text = text;
    run->size = size;
    return 0;
}

/* Reads once from the program's output. 1: more may come; 0: that was all. */
static int read_out(struct running *run)
{
    int rc = room(run);
    if (rc < 0)
        return rc;

    ssize_t got =
        read(run->out, run->text + run->used, run->size - run->used - 1);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN ? 1 : -errno;
    run->used += (size_t)got;
    run->text[run->used] = '\0';
    return got > 0;
}

/* Keeps the first line of the program's complaints, swallows the rest. */
static int read_err(struct running *run, char *err, size_t err_bytes)
{
    char piece[512];
    ssize_t got = read(run->err, piece, sizeof(piece) - 1);
    if (got <= 0)
        return got < 0 && (errno == EINTR || errno == EAGAIN);

    piece[got] = '\0';
    size_t used = strcspn(err, "\n");
    if (err[used] == '\0' && used + 1 < err_bytes)
        memcpy(err + used, piece,
               (size_t)got + 1 < err_bytes - used ? (size_t)got + 1
                                                  : err_bytes - used - 1);
    err[err_bytes - 1] = '\0';
    /* mpirun draws a line above what it has to say. */
    size_t drawn = strspn(err, "-*= \n");
    if (err[drawn] != '\0' || err[strcspn(err, "\n")] == '\n')
        memmove(err, err + drawn, strlen(err + drawn) + 1);
    return 1;
}

/* Until both pipes are at their end, the time is up or a signal came. Signals
 * are let in during ppoll alone, so that none is missed between the question
 * and the sleep. */
static int listen_to(struct running *run, const volatile sig_atomic_t *stop,
                     char *err, size_t err_bytes)
{
    struct pollfd fds[2] = { { .fd = run->out, .events = POLLIN },
                             { .fd = run->err, .events = POLLIN } };
    sigset_t inside = signals_while_asleep();

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        double left_s = run->end_s - now_s();
        if (*stop != 0)
            return -EINTR;
        if (left_s <= 0)
            return -ETIME;

        struct timespec left = { .tv_sec = (time_t)left_s, .tv_nsec = 1000000 };
        if (ppoll(fds, 2, &left, &inside) <= 0)
            continue;
        if (fds[0].revents != 0) {
            int rc = read_out(run);
            if (rc < 0)
                return rc;
            fds[0].fd = rc > 0 ? run->out : -1;
        }
        if (fds[1].revents != 0 && read_err(run, err, err_bytes) == 0)
            fds[1].fd = -1;
    }
    return *stop != 0 ? -EINTR : 0;
}

/* A program that has closed its pipes is about to end, or it is stuck. Sleeps
 * until it can be waited for, a little longer each time. */
static int await_end(const struct running *run,
                     const volatile sig_atomic_t *stop)
{
    const long longest_ns = 20000000;
    struct timespec pause = { .tv_nsec = 20000 };
    sigset_t inside = signals_while_asleep();
    siginfo_t ended = { .si_pid = 0 };

    for (;;) {
        /* WNOWAIT: its number stays taken until its group has been killed. */
        if (waitid(P_PID, (id_t)run->pid, &ended,
                   WEXITED | WNOHANG | WNOWAIT) != 0)
            return -errno;
        if (ended.si_pid != 0)
            return 0;
        if (*stop != 0)
            return -EINTR;
        if (now_s() > run->end_s)
            return -ETIME;
        ppoll(NULL, 0, &pause, &inside);
        pause.tv_nsec =
            pause.tv_nsec * 2 < longest_ns ? pause.tv_nsec * 2 : longest_ns;
    }
}

/* The end of the program: by itself when all went well, by force otherwise.
 * Its workers may outlive it by a moment; the group's kill ends these too. */
static int finish(struct running *run, const volatile sig_atomic_t *stop,
                  int rc)
{
    int status = 0;
    int refused = 0;

    if (rc == 0)
        rc = await_end(run, stop);
    if (rc < 0)
        ending_ask(run->pid);
    kill(-run->pid, SIGKILL);
    pid_t ended = waitpid(run->pid, &status, 0);
    while (ended < 0 && errno == EINTR)
        ended = waitpid(run->pid, &status, 0);
    if (ended < 0 && rc == 0)
        rc = -errno; /* nobody knows how it ended */
    /* What it left behind is ours now: see start(). */
    while (waitpid(-run->pid, NULL, 0) >= 0 || errno == EINTR)
        continue;
    ending_strays();
    if (read(run->refused, &refused, sizeof(refused)) != sizeof(refused))
        refused = 0;
    pipes_close((int[]){ run->out, run->err, run->refused }, 3);

    if (refused != 0)
        return -refused;
    if (rc == 0 && status != 0)
        return WIFSIGNALED(status) ? WTERMSIG(status) : -EPROTO;
    return rc;
}

static int explain(int rc, char *const argv[], double limit_s, const char *err,
                   struct failure *failure)
{
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash != NULL ? slash + 1 : argv[0];

    if (rc > 0) {
        failure_note(failure, 0, "%s was ended by signal %d (%s)", name, rc,
                     strsignal(rc));
        return -EPROTO;
    }
    if (rc == -EPROTO && err[0] != '\0')
        failure_note(failure, 0, "%s", err);
    else if (rc == -EPROTO)
        failure_note(failure, 0, "%s failed and did not say why", name);
    else if (rc == -ETIME)
        failure_note(failure, 0, "%s did not end within %.0f s%s%s", name,
                     limit_s, err[0] != '\0' ? ": " : "", err);
    else if (rc == -EFBIG)
        failure_note(failure, 0, "%s printed more than %d MiB", name,
                     COMMAND_OUTPUT_MAX >> 20);
    else if (rc == -EINTR)
        failure_note(failure, 0, "interrupted");
    else
        failure_note(failure, rc, "cannot run %s", argv[0]);
    return rc;
}

int command_run(char *const argv[], double limit_s,
                const volatile sig_atomic_t *stop, struct command *ret,
                struct failure *failure)
{
    struct running run = { .end_s = now_s() + limit_s };

    *ret = (struct command){ .out = NULL };
    int rc = start(argv, &run);
    if (rc == 0) {
        rc = room(&run);
        if (rc == 0) {
            run.text[0] = '\0';
            rc = listen_to(&run, stop, ret->err, sizeof(ret->err));
        }
        rc = finish(&run, stop, rc);
    }
    ret->err[strcspn(ret->err, "\n")] = '\0';
    if (rc != 0) {
        free(run.text);
        return explain(rc, argv, limit_s, ret->err, failure);
    }
    ret->out = run.text;
    return 0;
}
