/* When everyone sleeps in two pictures, and nobody was switched to in between,
 * there is a moment in which all slept: no one was left who could wake them.
 * No clock is asked, so a slow machine gives the same answer, later. */
#include "watch.h"

#include "sanitized.h"

#include <stdlib.h>

enum {
    /* Without a step, going off the CPU this often and never to sleep is a
     * spin (sched_yield), and this many naps are a poll (usleep), even if it
     * takes hardly any CPU time: per millisecond of limits.spin_ms. */
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

static struct budget *find_budget(struct watch *watch, const struct task *task,
                                  bool *ret_new)
{
    *ret_new = false;
    for (int i = 0; i < watch->n_budgets; i++)
        if (watch->budgets[i].tid == task->tid)
            return &watch->budgets[i];
    if (watch->n_budgets == CENSUS_MAX)
        return NULL;

    *ret_new = true;
    struct budget *budget = &watch->budgets[watch->n_budgets++];
    *budget = (struct budget){ .tid = task->tid,
                               .slept = task->slept,
                               .pushed = task->pushed,
                               .cpu_ns = task->cpu_ns };
    return budget;
}

static bool is_spent(const struct watch *watch, const struct budget *budget)
{
    return budget->spun_ns > watch->spin_ms * SLOWNESS * 1000000ULL ||
           budget->pushes > watch->spin_ms * PUSHED_PER_MS ||
           budget->naps > watch->spin_ms * NAPS_PER_MS;
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
    budget->spun_ns +=
        more < MAX_SPIN_PER_LOOK_NS ? more : MAX_SPIN_PER_LOOK_NS;
    budget->cpu_ns = task->cpu_ns;
    /* Whoever slept for somebody else and was woken gets on; only sleeps on
     * the clock are naps. */
    bool slept = task->slept != budget->slept;
    budget->pushes = slept ? 0 : budget->pushes + task->pushed - budget->pushed;
    budget->naps += slept && task->waits == WAITS_A_WHILE;
    budget->pushed = task->pushed;
    budget->slept = task->slept;
    return is_spent(watch, budget);
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

    census_take(&watch->before, watch->stage->root, &watch->blind);
    if (!settled(watch, &watch->before))
        return false;
    census_take(&watch->now, watch->stage->root, &watch->blind);
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
    census_take(&watch->now, watch->stage->root, &watch->blind);
}

/* Not everybody sleeps in the kernel: somebody's budget was spent. Who polls
 * may look asleep where one cannot see for what. */
bool watch_spins(const struct watch *watch)
{
    for (int i = 0; i < watch->now.n; i++)
        if (is_awake(&watch->now.tasks[i]))
            return true;
    for (int i = 0; watch->blind && i < watch->n_budgets; i++)
        if (is_spent(watch, &watch->budgets[i]))
            return true;
    return false;
}
