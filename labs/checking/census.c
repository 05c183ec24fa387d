/* Who is there, and what are they doing? Only a picture: what it shows may be
 * over by the time it is complete, which is why the watch compares two. */
#define _GNU_SOURCE /* getsid */
#include "census.h"

#include "proc.h"

#include <stdio.h>
#include <unistd.h>

/* As a whole: a dead main thread with living siblings is no dead process. */
static bool is_dead(const struct task *task)
{
    return task->waits == WAITS_DEAD && task->siblings <= 1;
}

/* A thread's exit can cut the kernel's list of its siblings short: hence the
 * comparison with the number that the kernel counts. */
void census_take(struct census *census, pid_t root, bool *blind)
{
    pid_t pids[CENSUS_MAX], tids[CENSUS_MAX];
    int n = proc_descendants(pids, CENSUS_MAX);

    census->root = root;
    census->n = 0;
    census->whole = true;
    for (int i = 0; i < n; i++) {
        int threads = proc_threads(pids[i], tids, CENSUS_MAX), siblings = -1;
        for (int j = 0; j < threads && census->n < CENSUS_MAX; j++) {
            struct task *task = &census->tasks[census->n];
            task->pid = pids[i];
            task->tid = tids[j];
            if (!task_look(task, blind)) {
                census->whole = false;
                continue;
            }
            siblings = task->siblings;
            census->n++;
            /* An orphan that ended: ours to reap, nobody's zombie. */
            if (is_dead(task) && task->parent == getpid() && task->pid != root)
                census->whole = false;
        }
        census->whole = census->whole && threads == siblings;
    }
}

struct moment census_moment(const struct census *census, bool returned)
{
    pid_t root = census->root;
    struct moment moment = { .returned = returned };

    for (int i = 0; i < census->n; i++) {
        const struct task *task = &census->tasks[i];
        bool dead = is_dead(task);
        if (task->pid == root) {
            moment.threads += task->tid != root && task->waits != WAITS_DEAD;
        } else if (task->tid == task->pid) {
            moment.zombies += dead;
            moment.processes += !dead;
            moment.other_session += !dead && getsid(task->pid) != getsid(root);
        }
    }
    return moment;
}

bool census_traced(const struct census *census)
{
    for (int i = 0; i < census->n; i++)
        if (census->tasks[i].traced)
            return true;
    return false;
}

/* The trial's process is a zombie as a whole, not only its main thread (by
 * pthread_exit): waitpid will say how it ended. */
bool census_root_died(const struct census *census)
{
    pid_t root = census->root;
    bool dead = census->n == 0, alone = true;

    for (int i = 0; i < census->n; i++) {
        const struct task *task = &census->tasks[i];
        if (task->tid == root)
            dead = task->waits == WAITS_DEAD;
        else if (task->pid == root)
            alone = false;
    }
    return dead && alone;
}

void census_describe(const struct census *census, bool returned, char *text,
                     size_t size)
{
    const char *between = "";
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; i < census->n && size - used > 100; i++) {
        if (returned && census->tasks[i].tid == census->root)
            continue;
        used += (size_t)snprintf(text + used, size - used, "%s", between);
        used += (size_t)task_describe(&census->tasks[i], census->root,
                                      text + used, size - used);
        between = "; ";
    }
}
