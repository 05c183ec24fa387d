/* SIGCHLD and SIGALRM as a peer's last words. */
#include "watch.h"

#include <errno.h>
#include <stddef.h>
#include <sys/time.h>

/* What the handler knows: the relay that is not to be waited for. */
static struct relay *watched;

static void on_loss(int signal)
{
    int error = errno;

    atomic_store(&watched->lost, signal == SIGCHLD ? ECHILD : ETIMEDOUT);
    watched->means->tell(watched, RELAY_PEER, RELAY_LOST);
    errno = error;
}

void watch_begin(struct watch *watch, struct relay *relay, int limit_s)
{
    const struct sigaction action = { .sa_handler = on_loss,
                                      .sa_flags = SA_NOCLDSTOP };
    const struct itimerval limit = { .it_value = { .tv_sec = limit_s } };

    watched = relay;
    sigaction(SIGCHLD, &action, &watch->child);
    sigaction(SIGALRM, &action, &watch->alarm);
    setitimer(ITIMER_REAL, &limit, NULL);
}

void watch_end(const struct watch *watch)
{
    const struct itimerval none = { .it_value = { .tv_sec = 0 } };

    setitimer(ITIMER_REAL, &none, NULL);
    sigaction(SIGALRM, &watch->alarm, NULL);
    sigaction(SIGCHLD, &watch->child, NULL);
}
