/* A trial has a process group of its own, so the terminal's Ctrl-C does not
 * reach it: the judge has to pass it on. */
#define _GNU_SOURCE /* struct sigaction */
#include "interrupt.h"

static const int signals[INTERRUPT_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

/* A signal handler has no argument of ours: hence a global. Owned by the trial
 * that runs now. */
static volatile sig_atomic_t came;

static void note(int signal_number)
{
    came = signal_number;
}

void interrupt_begin(struct interrupt *interrupt)
{
    const struct sigaction ours = { .sa_handler = note };

    came = 0;
    for (int i = 0; i < INTERRUPT_SIGNALS; i++) {
        sigaction(signals[i], &ours, &interrupt->old[i]);
        if (interrupt->old[i].sa_handler == SIG_IGN) /* nohup, a shell's & */
            sigaction(signals[i], &interrupt->old[i], NULL);
    }
}

bool interrupt_came(void)
{
    return came != 0;
}

void interrupt_end(const struct interrupt *interrupt)
{
    for (int i = 0; i < INTERRUPT_SIGNALS; i++)
        sigaction(signals[i], &interrupt->old[i], NULL);
    if (came != 0)
        raise(came);
}
