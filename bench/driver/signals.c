/* sigaction, sigprocmask: see signal(7). */
#define _GNU_SOURCE /* sigaction */
#include "signals.h"

#include <stddef.h>

static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
enum { CAUGHT = sizeof(caught) / sizeof(caught[0]) };

void signals_catch(void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };
    sigset_t blocked;

    sigemptyset(&blocked);
    for (size_t i = 0; i < CAUGHT; i++) {
        struct sigaction before;

        /* nohup and a shell's `&` have some ignored: they mean it. */
        if (sigaction(caught[i], NULL, &before) == 0 &&
            before.sa_handler == SIG_IGN)
            continue;
        sigaction(caught[i], &action, NULL);
        sigaddset(&blocked, caught[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_IGN);
    /* Ignored by whoever started us, it would have the kernel throw away how
     * our children end, and those of the probe (wait(2)). */
    signal(SIGCHLD, SIG_DFL);
}

sigset_t signals_while_asleep(void)
{
    sigset_t mask;

    sigprocmask(SIG_SETMASK, NULL, &mask);
    for (size_t i = 0; i < CAUGHT; i++)
        sigdelset(&mask, caught[i]);
    return mask;
}
