/* When everyone sleeps in two pictures, and nobody was switched to in between,
 * there is a moment in which all slept: no one was left who could wake them.
 * No clock is asked, so a slow machine gives the same answer, later. */
#include "watch.h"

#include "sanitized.h"

#include <stdlib.h>
#include <time.h>

enum {
    /* A nap of a second counts as forty: long naps are spent after three. */
    NAP_UNIT_MS = 25,
    NAP_UNITS_MAX = 40,
    /* Without a step, to go off the CPU this often is a spin (sched_yield),
     * and this many naps are a poll (usleep), even if it takes hardly any CPU
     * time: per millisecond of limits.spin_ms. */
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
    watch->slept = 0;
    watch->before.n = watch->now.n = 0;
}

static int find(const struct watch *watch, pid_t tid)
{
    int i = 0;

    while (i < watch->n_budgets && watch->budgets[i].tid != tid)
        i++;
    return i < watch->n_budgets ? i : -1;
}

static struct budget *find_budget(struct watch *watch, pid_t tid)
{
    const int i = find(watch, tid);

    return i < 0 ? NULL : &watch->budgets[i];
}

static bool is_spent(const struct watch *watch, const struct budget *budget)
{
    return budget->spun_ns > watch->spin_ms * SLOWNESS * 1000000ULL ||
           budget->pushes > watch->spin_ms * PUSHED_PER_MS ||
           budget->naps > watch->spin_ms * NAPS_PER_MS;
}

static unsigned long long now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned long long)now.tv_sec * 1000000000ULL +
           (unsigned long long)now.tv_nsec;
}

/* A nap counts when the next one has begun; its length is what was seen of it,
 * from one look to another, and load makes no nap that is not there. While
 * somebody else runs, or would if it had a CPU, a poll may yet be answered:
 * then no nap counts, or a child that is starved would spend its parent's. */
static void count_nap(struct budget *budget, const struct task *task,
                      bool others_run)
{
    if (others_run) {
        budget->nap_began_ns = budget->nap_seen_ns = now_ns();
        return;
    }
    if (task->waits != WAITS_A_WHILE)
        return;
    if (task->slept != budget->slept) {
        const unsigned long long units =
            (budget->nap_seen_ns - budget->nap_began_ns) /
            (NAP_UNIT_MS * 1000000ULL);
        budget->naps +=
            1 + (units < NAP_UNITS_MAX ? (unsigned long)units : NAP_UNITS_MAX);
        budget->nap_began_ns = now_ns();
        budget->nap_seen_ns = budget->nap_began_ns;
        return;
    }
    budget->nap_seen_ns = now_ns();
    if (budget->nap_began_ns == 0)
        budget->nap_began_ns = budget->nap_seen_ns;
}

/* A task's budget begins with the first look after a step. `alone`: since the
 * last look nobody in the trial has slept. Pushes are counted only then, since
 * two who wake each other push each other off the CPU, too, and get on. */
static void update_budget(struct watch *watch, const struct task *task,
                          bool alone, bool others_run)
{
    struct budget *budget = find_budget(watch, task->tid);

    if (budget == NULL) {
        if (watch->n_budgets < CENSUS_MAX)
            watch->budgets[watch->n_budgets++] =
                (struct budget){ .tid = task->tid,
                                 .slept = task->slept,
                                 .pushed = task->pushed,
                                 .cpu_ns = task->cpu_ns };
        return;
    }
    unsigned long long more = task->cpu_ns - budget->cpu_ns;
    budget->spun_ns +=
        more < MAX_SPIN_PER_LOOK_NS ? more : MAX_SPIN_PER_LOOK_NS;
    budget->pushes = alone ? budget->pushes + task->pushed - budget->pushed : 0;
    count_nap(budget, task, others_run);
    budget->slept = task->slept;
    budget->pushed = task->pushed;
    budget->cpu_ns = task->cpu_ns;
}

/* Running, runnable, or on its way through the kernel; who spins does not get
 * on by it. */
static bool runs(const struct watch *watch, const struct task *task)
{
    const int i = find(watch, task->tid);

    return (task->waits == WAITS_NOT || task->waits == WAITS_UNKNOWN) &&
           (i < 0 || !is_spent(watch, &watch->budgets[i]));
}

static void update_budgets(struct watch *watch, const struct census *census)
{
    unsigned long slept = 0;
    int running = 0;

    for (int i = 0; i < census->n; i++) {
        slept += census->tasks[i].slept;
        running += runs(watch, &census->tasks[i]);
    }
    for (int i = 0; i < census->n; i++) {
        const struct task *task = &census->tasks[i];

        update_budget(watch, task, slept == watch->slept,
                      running > runs(watch, task));
    }
    watch->slept = slept;
}

static bool is_awake(const struct task *task)
{
    return task->waits != WAITS_FOREVER && task->waits != WAITS_DEAD;
}

/* Somebody burns CPU time, or naps again and again, and nothing comes of it:
 * that is waiting, too, by spinning or polling. */
static bool spins(struct watch *watch, const struct task *task)
{
    const struct budget *budget = find_budget(watch, task->tid);

    return budget != NULL && is_spent(watch, budget);
}

static bool settled(struct watch *watch, const struct census *census)
{
    for (int i = 0; i < census->n; i++)
        if (is_awake(&census->tasks[i]) && !spins(watch, &census->tasks[i]))
            return false;
    return census->whole;
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
    update_budgets(watch, &watch->before);
    if (!settled(watch, &watch->before))
        return false;
    census_take(&watch->now, watch->stage->root, &watch->blind);
    if (!settled(watch, &watch->now) || watch->before.n != watch->now.n ||
        atomic_load(&watch->stage->steps) != step)
        return false;

    for (int i = 0; i < watch->now.n; i++) {
        const struct task *a = &watch->before.tasks[i];
        const struct task *b = &watch->now.tasks[i];
        if (a->tid != b->tid)
            return false;
        if (!is_awake(b) && !same_sleep(a, b))
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
