/* The judge's side: starts the launcher in a trial, and reads what became of the
 * ranks. */
#define _GNU_SOURCE /* memfd_create */
#include "crash.h"
#include "impossible.h"
#include "ranks.h"

#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SPIN_MS = 200 };

static struct facts *facts;
static int facts_fd, words_fd;

void ranks_open_gate(struct facts *mine)
{
    mine->gate_open = true;
    for (int i = 0; i < mine->ranks; i++)
        if (mine->rank[i].place == AT_GATE)
            mine->rank[i].place = IN_EXERCISE;
}

struct facts *ranks_facts(void)
{
    facts_fd = memfd_create("facts", 0); /* ranks come to it by the launcher */
    words_fd = memfd_create("words", MFD_CLOEXEC);
    if (facts_fd < 0 || words_fd < 0 ||
        ftruncate(facts_fd, sizeof(*facts)) != 0)
        impossible("memory for facts (memfd_create)");
    facts = mmap(NULL, sizeof(*facts), PROT_READ | PROT_WRITE, MAP_SHARED,
                 facts_fd, 0);
    if (facts == MAP_FAILED)
        impossible("memory for facts (mmap)");
    return facts;
}

/* Each MPI obeys its own variables, and does not know the others'. More ranks
 * than CPUs are meant; in a container everybody is root; and who waits shall
 * let others have the CPU. */
static void set_environment(void)
{
    static const char *const variables[][2] = {
        { "OMPI_ALLOW_RUN_AS_ROOT", "1" },
        { "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1" },
        { "OMPI_MCA_rmaps_base_oversubscribe", "1" },
        { "OMPI_MCA_hwloc_base_binding_policy", "none" },
        { "OMPI_MCA_mpi_yield_when_idle", "1" },
        { "PRTE_ALLOW_RUN_AS_ROOT", "1" },
        { "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM", "1" },
        { "PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe" },
        { "PRTE_MCA_hwloc_default_binding_policy", "none" },
    };
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        setenv(variables[i][0], variables[i][1], 1);

    /* What killed ranks leave behind goes with the trial's folder. */
    const char *const folder = getenv("TMPDIR");
    if (folder != NULL) {
        setenv("OMPI_MCA_btl_vader_backing_directory", folder, 1);
        setenv("OMPI_MCA_btl_sm_backing_directory", folder, 1);
    }
}

/* In the trial's child: becomes the launcher. */
static _Noreturn void become_launcher(void)
{
    char self[PATH_MAX] = "", ranks[16], shared[64], printed[64];
    const int out = dup(STDOUT_FILENO);
    if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
        _exit(EXIT_FAILURE);
    snprintf(ranks, sizeof(ranks), "%d", facts->ranks);
    snprintf(shared, sizeof(shared), "/proc/%d/fd/%d", (int)getpid(), facts_fd);
    snprintf(printed, sizeof(printed), "/proc/%d/fd/%d", (int)getpid(), out);
    dup2(words_fd, STDOUT_FILENO);
    dup2(words_fd, STDERR_FILENO);
    set_environment();
    execl(LAUNCHER, LAUNCHER, "-n", ranks, self, "rank", shared, printed, NULL);
    perror(LAUNCHER);
    _exit(EXIT_FAILURE);
}

/* How much CPU time its ranks have used when something happened last. */
struct budget {
    unsigned events;
    double cpu_s[RANKS_MOST];
};

static double cpu_s(pid_t pid)
{
    clockid_t clock;
    struct timespec used = { 0 };
    if (clock_getcpuclockid(pid, &clock) == 0)
        clock_gettime(clock, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* Has nothing happened, while everyone who could go on has spent a budget of
 * CPU time? Who is kept from the CPU has not. (Who waits within the library
 * spins there, too.) */
static bool is_in_vain(struct budget *budget)
{
    const bool moved = budget->events != facts->events;
    const bool at_work = facts->arrived == facts->ranks && !facts->done;
    int could_go = 0, spent = 0;
    budget->events = facts->events;
    for (int i = 0; i < facts->ranks; i++) {
        const struct rank *const rank = &facts->rank[i];
        const double used = cpu_s(rank->pid);
        if (moved)
            budget->cpu_s[i] = used;
        could_go += rank->place != BACK && rank->place != AT_GATE;
        spent += rank->place != BACK && rank->place != AT_GATE &&
                 1e3 * (used - budget->cpu_s[i]) >= SPIN_MS;
    }
    return at_work && !moved && could_go > 0 && spent == could_go;
}

/* Nobody comes to the gate any more; or nobody does anything. Unless something
 * has happened in this moment. */
static void go_on_or_end(unsigned events)
{
    int at_gate = 0;
    pthread_mutex_lock(&facts->lock);
    if (facts->events++ != events) {
        pthread_mutex_unlock(&facts->lock);
        return;
    }
    for (int i = 0; i < facts->ranks; i++)
        at_gate += facts->rank[i].place == AT_GATE;
    if (at_gate > 0) {
        facts->tried[facts->now].wave = at_gate;
        ranks_open_gate(facts);
    } else {
        facts->spins = true;
        for (int i = 0; i < facts->ranks; i++)
            kill(facts->rank[i].pid, SIGKILL);
    }
    pthread_mutex_unlock(&facts->lock);
}

static long launch(void *unused)
{
    const struct timespec nap = { .tv_nsec = 20000000 };
    struct budget budget = { 0 };
    int status = -1;
    (void)unused;
    const pid_t launcher = fork();
    if (launcher == 0)
        become_launcher();
    while (launcher > 0 && waitpid(launcher, &status, WNOHANG) == 0) {
        if (is_in_vain(&budget))
            go_on_or_end(budget.events);
        nanosleep(&nap, NULL);
    }
    return status;
}

/* What the trial itself sees, libraries' threads that nap for minutes and ranks
 * that spin in the library, says nothing here. */
static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    return !now->returned;
}

/* Its words, when no rank has come as far as the exercise. */
static void launcher_failed(void)
{
    char words[1500];
    const ssize_t got = pread(words_fd, words, sizeof(words) - 1, 0);
    words[got > 0 ? got : 0] = '\0';
    printf("%s\n", words);
    char reason[160];
    snprintf(reason, sizeof(reason),
             "%s started %d of %d ranks; its words are above", LAUNCHER,
             facts->arrived, facts->ranks);
    impossible_because(reason);
}

/* The program lies somewhere else in each rank than it does here. */
static void read_crash(struct stage *stage, struct outcome *outcome)
{
    char *const here = (char *)(uintptr_t)&ranks_begin;
    const char *there = here;
    for (int i = 0; i < facts->ranks; i++)
        if (facts->rank[i].pid == stage->crash.pid)
            there = facts->rank[i].code;
    for (int i = 0; i < stage->crash.n_frames; i++)
        stage->crash.frames[i] =
            here + ((char *)stage->crash.frames[i] - there);
    stage->root = stage->crash.pid;
    crash_read(stage, &outcome->crash);
    outcome->how = TRIAL_CRASHED;
    outcome->signal = outcome->crash.signal;
}

/* How did it end for the ranks? The trial has only seen their launcher. */
static void read_end(struct outcome *outcome)
{
    struct stage *const stage = &facts->stage;
    if (facts->spins)
        outcome->how = TRIAL_SPINNING;
    if (outcome->how != TRIAL_RETURNED || facts->stuck ||
        facts->clash_rank != NONE || facts->is_misplaced)
        return;
    for (int i = 0; i < facts->ranks; i++) {
        if (facts->rank[i].place != ENDED)
            continue;
        outcome->how = TRIAL_EXITED;
        outcome->by_exit = true;
        outcome->status = facts->rank[i].status;
        return;
    }
    if (stage->crash.signal != 0) {
        read_crash(stage, outcome);
        return;
    }
    const struct tried *const last = &facts->tried[facts->now];
    if (facts->done || last->whole)
        return;
    const int status = (int)outcome->result;
    const bool killed = WIFSIGNALED(status) || WEXITSTATUS(status) > 128;
    outcome->how = killed ? TRIAL_CRASHED : TRIAL_EXITED;
    outcome->by_exit = false;
    outcome->status = WEXITSTATUS(status);
    outcome->signal =
        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) - 128;
}

struct outcome ranks_run(struct facts *mine, int ranks,
                         const struct range *ranges, int n)
{
    pthread_mutexattr_t lock;
    pthread_condattr_t moved;
    memset(mine, 0, sizeof(*mine));
    pthread_mutexattr_init(&lock);
    pthread_mutexattr_setpshared(&lock, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&mine->lock, &lock);
    pthread_condattr_init(&moved);
    pthread_condattr_setpshared(&moved, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&mine->moved, &moved);
    mine->ranks = ranks;
    mine->cases = n;
    mine->clash_rank = NONE;
    memcpy(mine->ranges, ranges, (size_t)n * sizeof(*ranges));
    if (ftruncate(words_fd, 0) != 0)
        impossible("ftruncate");

    const struct trial trial = {
        .body = launch,
        .on_quiet = on_quiet,
        .facts = mine,
        .limits = { .wall_s = 60,
                    .cpu_s = 20,
                    .memory_mib = 2048,
                    .file_mib = 1024,
                    .spin_ms = 500 },
    };
    struct outcome outcome = trial_run(&trial);
    if (mine->arrived < ranks)
        launcher_failed();
    read_end(&outcome);
    return outcome;
}
