/* The life of a trial as its judge sees it: fork, watch until it is over, take
 * stock, sweep up. No verdict here, only facts. */
#define _GNU_SOURCE /* memfd_create */
#include "trial.h"

#include "crash.h"
#include "impossible.h"
#include "inside.h"
#include "interrupt.h"
#include "leftovers.h"
#include "stage.h"
#include "sweep.h"
#include "watch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct run {
    const struct trial *trial;
    struct limits limits;
    struct stage *stage;
    struct watch watch;
    struct outcome outcome;
    pid_t root;
    int printed; /* a file in memory: stdout and stderr of the trial */
    char folder[LEFTOVERS_PATH];
    int64_t started_ns;
};

static int or_default(int value, int standard)
{
    return value > 0 ? value : standard;
}

static struct limits with_defaults(const struct limits *limits)
{
    return (struct limits){
        .wall_s = or_default(limits->wall_s, 30),
        .cpu_s = or_default(limits->cpu_s, 10),
        .memory_mib = or_default(limits->memory_mib, 1024),
        .file_mib = or_default(limits->file_mib, 16),
        .tasks = or_default(limits->tasks, 200),
        .steps = or_default(limits->steps, 100000),
        .spin_ms = or_default(limits->spin_ms, 100),
    };
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void prepare(struct run *run)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    signal(SIGCHLD, SIG_DFL); /* ignored, it would reap without telling us */
    run->limits = with_defaults(&run->trial->limits);
    run->stage = trial_shared(sizeof *run->stage);
    run->stage->steps_limit = run->limits.steps;
    watch_begin(&run->watch, run->stage, run->limits.spin_ms);
    leftovers_make_folder(run->folder, sizeof run->folder);
    run->printed = memfd_create("printed", MFD_CLOEXEC);
    /* Appending, since two writers share one offset without a lock. */
    if (run->printed < 0 || fcntl(run->printed, F_SETFL, O_APPEND) != 0)
        impossible("a place for what is printed (memfd_create)");
    stage_now = run->stage;
}

static void start(struct run *run)
{
    fflush(NULL); /* or the child has the judge's text once more */
    run->started_ns = now_ns();
    run->root = fork();
    if (run->root < 0) {
        rmdir(run->folder);
        impossible("fork");
    }
    if (run->root == 0)
        inside_run(run->trial, &run->limits, run->stage, run->folder,
                   run->printed);
    setpgid(run->root, run->root);
}

static bool ended(struct run *run)
{
    int status;

    if (waitpid(run->root, &status, WNOHANG) != run->root)
        return false;
    if (WIFSIGNALED(status)) {
        run->outcome.how = TRIAL_CRASHED;
        run->outcome.signal = WTERMSIG(status);
    } else {
        run->outcome.how = TRIAL_EXITED;
        run->outcome.status = WEXITSTATUS(status);
        run->outcome.by_exit = run->stage->exit_called != 0;
    }
    return true;
}

/* Everyone waits: either the check lets somebody go on, or this is the end. */
static bool over_when_quiet(struct run *run)
{
    const struct trial *trial = run->trial;

    if (census_root_died(&run->watch.now))
        return false; /* the next look asks how */

    struct moment now =
        census_moment(&run->watch.now, run->stage->returned != 0);
    if (trial->on_quiet != NULL && trial->on_quiet(trial->facts, &now)) {
        stage_step(run->stage);
        return false;
    }
    run->outcome.how = now.returned               ? TRIAL_RETURNED
                       : watch_spins(&run->watch) ? TRIAL_SPINNING
                                                  : TRIAL_STUCK;
    return true;
}

static bool over_with_picture(struct run *run, enum trial_end how)
{
    run->outcome.how = how;
    watch_picture(&run->watch);
    return true;
}

/* The last resort, no verdict on anything. Under a debugger somebody reads and
 * thinks: that may take longer. */
static bool over_the_time(struct run *run)
{
    if (census_traced(&run->watch.before))
        run->started_ns = now_ns();
    if (now_ns() - run->started_ns <= run->limits.wall_s * INT64_C(1000000000))
        return false;
    return over_with_picture(run, run->stage->returned != 0 ? TRIAL_RETURNED
                                                            : TRIAL_TOO_LONG);
}

/* So many as hardly any exercise wants, and each may want a CPU: the judge would
 * wait for its turn behind them all. */
static void keep_ahead_of_crowd(const struct run *run)
{
    enum { CROWD = 100, LAST = 19 };

    if (run->watch.before.n > CROWD)
        setpriority(PRIO_PGRP, (id_t)run->root, LAST);
}

static bool over(struct run *run)
{
    if (ended(run))
        return true;
    sweep_adopted(run->root);
    bool quiet = run->stage->root != 0 && watch_quiet(&run->watch);
    keep_ahead_of_crowd(run);
    if (run->stage->steps > run->limits.steps)
        return over_with_picture(run, TRIAL_ENDLESS);
    if (run->watch.before.n > run->limits.tasks)
        return over_with_picture(run, TRIAL_CROWDED);
    if (quiet)
        return over_when_quiet(run);
    return over_the_time(run);
}

/* While the trial can still be asked. */
static void take_stock(struct run *run)
{
    struct outcome *outcome = &run->outcome;

    if (outcome->how == TRIAL_CRASHED || outcome->how == TRIAL_EXITED)
        return; /* the last picture is older than its end */
    bool returned = run->stage->returned != 0;
    outcome->left = census_moment(&run->watch.now, returned);
    census_describe(&run->watch.now, returned, outcome->census,
                    sizeof outcome->census);
    if (outcome->how == TRIAL_RETURNED)
        leftovers_count_handles(run->stage, run->folder, outcome);
}

static void read_printed(struct run *run)
{
    struct outcome *outcome = &run->outcome;
    off_t bytes = lseek(run->printed, 0, SEEK_END);
    ssize_t got =
        pread(run->printed, outcome->said, sizeof outcome->said - 1, 0);

    outcome->said[got > 0 ? got : 0] = '\0';
    outcome->said_bytes = bytes > 0 ? (size_t)bytes : 0;
    close(run->printed);
}

static void finish(struct run *run)
{
    struct outcome *outcome = &run->outcome;

    take_stock(run);
    sweep_up(run->root);
    outcome->ran_on = run->stage->ran_on;
    outcome->result = run->stage->result;
    crash_read(run->stage, &outcome->crash);
    leftovers_count_files(run->folder, outcome);
    read_printed(run);
}

struct outcome trial_run(const struct trial *trial)
{
    const struct timespec nap = { .tv_nsec = 200000 };
    struct run run = { .trial = trial };
    struct interrupt interrupt;

    impossible_if_emulated();
    prepare(&run);
    interrupt_begin(&interrupt);
    start(&run);
    while (!interrupt_came() && !over(&run))
        nanosleep(&nap, NULL);
    finish(&run);
    interrupt_end(&interrupt);
    if (run.stage->trouble[0] != '\0')
        impossible_because(run.stage->trouble);

    stage_now = NULL;
    munmap(run.stage, sizeof *run.stage);
    return run.outcome;
}
