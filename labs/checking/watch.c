/* When everyone sleeps in two pictures, and nobody was switched to in between,
 * there is a moment in which all slept: no one was left who could wake them.
 * No clock is asked, so a slow machine gives the same answer, later. */
#define _GNU_SOURCE /* getsid */
#include "watch.h"

#include "proc.h"
#include "sanitized.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    /* Without a step, going off the CPU or to sleep this often is a spin
     * (sched_yield) or a poll (usleep), even if it takes hardly any CPU time:
     * per millisecond that limits.spin_ms allows. */
    PUSHED_PER_MS = 5,
    NAPS_PER_MS = 1,
    /* A sanitizer makes a fork ten times as dear. */
    SLOWNESS = SANITIZED ? 10 : 1,
    /* One look counts no more CPU time than this: a long steal by a hypervisor
     * is not a spin. */
    MAX_SPIN_PER_LOOK_NS = 2000000,
    /* Where a nap looks like a wait, and so does a task that was preempted on
     * its way into one: look this often before believing it. */
    BLIND_LOOKS = 100,
};

void watch_begin(struct watch *watch, struct stage *stage, int spin_ms)
{
    watch->stage = stage;
    watch->spin_ms = (unsigned)spin_ms;
    watch->blind = getenv("LAB_BLIND") != NULL; /* to try it out */
    watch->looks = 0;
    watch->step = -1;
    watch->n_budgets = 0;
    watch->before.n = watch->now.n = 0;
}

/* A thread's exit can cut the kernel's list of its siblings short: hence the
 * comparison with the number that the kernel counts. */
static void take_census(struct census *census, bool *blind)
{
    pid_t pids[WATCH_MAX], tids[WATCH_MAX];
    int n = proc_descendants(pids, WATCH_MAX);

    census->n = 0;
    census->whole = true;
    for (int i = 0; i < n; i++) {
        int threads = proc_threads(pids[i], tids, WATCH_MAX), siblings = -1;
        for (int j = 0; j < threads && census->n < WATCH_MAX; j++) {
            struct task *task = &census->tasks[census->n];
            task->pid = pids[i];
            task->tid = tids[j];
            if (task_look(task, blind)) {
                siblings = task->siblings;
                census->n++;
            } else {
                census->whole = false;
            }
        }
        census->whole = census->whole && threads == siblings;
    }
}

/* The budget of a task begins at the first look after a step. */
static struct budget *find_budget(struct watch *watch, const struct task *task,
                                  bool *ret_new)
{
    *ret_new = false;
    for (int i = 0; i < watch->n_budgets; i++)
        if (watch->budgets[i].tid == task->tid)
            return &watch->budgets[i];
    if (watch->n_budgets == WATCH_MAX)
        return NULL;

    *ret_new = true;
    struct budget *budget = &watch->budgets[watch->n_budgets++];
    *budget = (struct budget){ .tid = task->tid,
                               .slept = task->slept,
                               .pushed = task->pushed,
                               .cpu_ns = task->cpu_ns };
    return budget;
}

/* Somebody burns CPU time, or naps again and again, and nothing comes of it:
 * that is waiting, too, by spinning or polling. */
static bool spent_its_budget(struct watch *watch, const struct task *task)
{
    bool is_new;
    struct budget *budget = find_budget(watch, task, &is_new);
    if (budget == NULL || is_new)
        return false;

    unsigned long long more = task->cpu_ns - budget->cpu_ns;
    budget->cpu_ns = task->cpu_ns;
    budget->spun_ns +=
        more < MAX_SPIN_PER_LOOK_NS ? more : MAX_SPIN_PER_LOOK_NS;
    /* Only sleeps on the clock are naps: to have waited a hundred times for
     * somebody else, and got it, is no poll. */
    budget->naps +=
        task->waits == WAITS_A_WHILE && task->slept != budget->slept;
    budget->slept = task->slept;
    return budget->spun_ns > watch->spin_ms * SLOWNESS * 1000000ULL ||
           task->pushed - budget->pushed > watch->spin_ms * PUSHED_PER_MS ||
           budget->naps > watch->spin_ms * NAPS_PER_MS;
}

static bool is_awake(const struct task *task)
{
    return task->waits != WAITS_FOREVER && task->waits != WAITS_DEAD;
}

/* Every budget is brought up to date, also when the answer is known. */
static bool settled(struct watch *watch, const struct census *census)
{
    bool all = census->whole;

    for (int i = 0; i < census->n; i++)
        if (is_awake(&census->tasks[i]))
            all = spent_its_budget(watch, &census->tasks[i]) && all;
    return all;
}

static bool same_sleep(const struct task *a, const struct task *b)
{
    if (a->waits != b->waits)
        return false;
    return a->waits == WAITS_DEAD ||
           (a->waits == WAITS_FOREVER && a->slept == b->slept &&
            a->pushed == b->pushed);
}

static bool everyone_waits(struct watch *watch)
{
    int step = atomic_load(&watch->stage->steps);
    if (step != watch->step) {
        watch->step = step;
        watch->n_budgets = 0;
    }

    take_census(&watch->before, &watch->blind);
    if (!settled(watch, &watch->before))
        return false;
    take_census(&watch->now, &watch->blind);
    if (!watch->now.whole || watch->before.n != watch->now.n ||
        atomic_load(&watch->stage->steps) != step)
        return false;

    for (int i = 0; i < watch->now.n; i++) {
        const struct task *a = &watch->before.tasks[i];
        const struct task *b = &watch->now.tasks[i];
        if (a->tid != b->tid)
            return false;
        if (!same_sleep(a, b) && !(is_awake(b) && spent_its_budget(watch, b)))
            return false;
    }
    return true;
}

bool watch_quiet(struct watch *watch)
{
    if (!everyone_waits(watch)) {
        watch->looks = 0;
        return false;
    }
    if (watch->blind && ++watch->looks < BLIND_LOOKS)
        return false;
    watch->looks = 0;
    return true;
}

void watch_picture(struct watch *watch)
{
    take_census(&watch->now, &watch->blind);
}

struct moment watch_moment(const struct watch *watch)
{
    pid_t root = watch->stage->root;
    struct moment moment = { .returned = watch->stage->returned != 0 };

    for (int i = 0; i < watch->now.n; i++) {
        const struct task *task = &watch->now.tasks[i];
        /* A dead main thread with living siblings is no zombie process. */
        bool dead = task->waits == WAITS_DEAD && task->siblings <= 1;
        if (task->pid == root) {
            moment.threads += task->tid != root && !dead;
        } else if (task->tid == task->pid) {
            moment.zombies += dead;
            moment.processes += !dead;
            moment.other_session += !dead && getsid(task->pid) != getsid(root);
        }
    }
    return moment;
}

/* Not everybody sleeps in the kernel: somebody's budget was spent. */
bool watch_spins(const struct watch *watch)
{
    for (int i = 0; i < watch->now.n; i++)
        if (is_awake(&watch->now.tasks[i]))
            return true;
    return false;
}

bool watch_traced(const struct watch *watch)
{
    for (int i = 0; i < watch->before.n; i++)
        if (watch->before.tasks[i].traced)
            return true;
    return false;
}

/* The trial's process is a zombie as a whole, not only its main thread (by
 * pthread_exit): waitpid will say how it ended. */
bool watch_root_died(const struct watch *watch)
{
    pid_t root = watch->stage->root;
    bool dead = watch->now.n == 0, alone = true;

    for (int i = 0; i < watch->now.n; i++) {
        const struct task *task = &watch->now.tasks[i];
        if (task->tid == root)
            dead = task->waits == WAITS_DEAD;
        else if (task->pid == root)
            alone = false;
    }
    return dead && alone;
}

void watch_describe(const struct watch *watch, char *text, size_t size)
{
    const char *between = "";
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; i < watch->now.n && size - used > 100; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s", between);
        used += (size_t)task_describe(&watch->now.tasks[i], watch->stage->root,
                                      text + used, size - used);
        between = "; ";
    }
}
