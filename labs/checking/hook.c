/* One pointer between those who have places and those who stop threads there.
 */
#include "hook.h"

#include <stddef.h>

/* The renamed functions have no argument for it. Set by the judge before the
 * trial, so every process of it has the same. */
static void (*the_device)(void);

void hook_set(void (*device)(void))
{
    the_device = device;
}

void hook_here(void)
{
    if (the_device != NULL)
        the_device();
}

int check_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    hook_here();
    return pthread_mutex_lock(mutex);
}

int check_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    int rc = pthread_mutex_unlock(mutex);

    hook_here();
    return rc;
}
