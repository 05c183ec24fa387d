/* A waiter is a gate in a list, oldest first; a signal opens one. The student's
 * pthread_cond_t is only its name. Threads of one process, not shared memory.
 */
#include "condhook.h"

#include "hook.h"
#include "trial.h"

#include <stddef.h>
#include <string.h>

struct waiter {
    struct gate gate; /* on the waiter's own stack */
    const pthread_cond_t *condition;
    struct waiter *next;
};

/* What the renamed functions share; a trial's process begins with no waiters.
 */
static struct condhook *hook;
static struct waiter *waiters;
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;

struct condhook *condhook_setup(void)
{
    if (hook == NULL)
        hook = trial_shared(sizeof *hook);
    memset(hook, 0, sizeof *hook);
    return hook;
}

static void join_list(struct waiter *waiter)
{
    pthread_mutex_lock(&list_lock);
    struct waiter **end = &waiters;
    while (*end != NULL)
        end = &(*end)->next;
    *end = waiter;
    pthread_mutex_unlock(&list_lock);
}

int check_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    if (hook == NULL)
        return pthread_cond_wait(condition, mutex);

    hook_here(); /* between the test and the wait, the mutex held */
    atomic_fetch_add(&hook->waits, 1);
    trial_step();
    if (atomic_fetch_add(&hook->came_back_at_once, 1) < hook->spurious) {
        pthread_mutex_unlock(mutex);
        return pthread_mutex_lock(mutex);
    }
    atomic_fetch_sub(&hook->came_back_at_once, 1);

    struct waiter waiter = { .condition = condition };
    join_list(&waiter);
    atomic_fetch_add(&hook->waiting, 1);
    pthread_mutex_unlock(mutex);
    gate_wait_for_student(&waiter.gate);
    atomic_fetch_sub(&hook->waiting, 1);
    trial_step();
    if (hook->slow_wakers)
        gate_wait(&hook->awake);
    return pthread_mutex_lock(mutex);
}

/* No time passes here while somebody can still move: a wait with a limit is a
 * wait. */
int check_pthread_cond_timedwait(pthread_cond_t *condition,
                                 pthread_mutex_t *mutex,
                                 const struct timespec *until)
{
    if (hook == NULL)
        return pthread_cond_timedwait(condition, mutex, until);
    return check_pthread_cond_wait(condition, mutex);
}

/* Takes the oldest or the newest waiter off the list; NULL: nobody waits. */
static struct waiter *pick(const pthread_cond_t *condition)
{
    struct waiter **picked = NULL;

    for (struct waiter **at = &waiters; *at != NULL; at = &(*at)->next)
        if ((*at)->condition == condition &&
            (picked == NULL || hook->newest_first))
            picked = at;
    if (picked == NULL)
        return NULL;

    struct waiter *waiter = *picked;
    *picked = waiter->next;
    return waiter;
}

static void wake(const pthread_cond_t *condition, int most)
{
    hook_here();
    atomic_fetch_add(&hook->signals, 1);
    trial_step();
    pthread_mutex_lock(&list_lock);
    for (int woken = 0; woken < most; woken++) {
        struct waiter *waiter = pick(condition);
        if (waiter == NULL)
            break;
        gate_open(&waiter->gate);
    }
    pthread_mutex_unlock(&list_lock);
}

int check_pthread_cond_signal(pthread_cond_t *condition)
{
    if (hook == NULL)
        return pthread_cond_signal(condition);
    wake(condition, 1);
    return 0;
}

int check_pthread_cond_broadcast(pthread_cond_t *condition)
{
    enum { EVERYBODY = 1 << 20 };

    if (hook == NULL)
        return pthread_cond_broadcast(condition);
    wake(condition, EVERYBODY);
    return 0;
}
