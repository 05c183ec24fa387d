/* A clock that moves only when something is done, and children that exist only
 * on paper: a stopwatch held against them is right or wrong to the nanosecond.
 * The functions take `void *`, so that they fit into a lab's table of
 * functions; what they are handed is a struct fake_creation. */
#ifndef CHECKING_FAKE_CLOCK_H
#define CHECKING_FAKE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { FAKE_SCRIPT_MAX = 400 };

struct fake_creation {
    /* Set by the check before the trial. */
    int64_t prepare_ns;
    int64_t create_ns, reap_ns;
    int64_t growth_ns;  /* each creation costs so much more than the last */
    int fail_create_at; /* from 1; 0: none fails */
    int fail_reap_at;   /* from 1; the child is gone all the same */

    /* What happened. */
    int64_t now_ns;
    int clock_reads, prepares, creates, reaps; /* calls */
    int created;                               /* creates that did not fail */
    int alive;                                 /* created, not reaped */
    int most_alive;                            /* at one time */
    int reaps_of_nobody; /* reap without a child: nobody was alive */
    /* One letter a call, in order: t clock, p prepare, c create, r reap;
     * C and R: it failed. For "t c r c r t", not "t c c r r t". */
    char script[FAKE_SCRIPT_MAX];
};

int64_t fake_now_ns(void *fake);
int fake_prepare(void *fake); /* 0 */
int fake_create(void *fake);  /* 0, or -1 with errno EAGAIN */
int fake_reap(void *fake);    /* 0, or -1 with errno ECHILD */

/* What n creations cost, create and reap, together; exact. */
int64_t fake_total_ns(const struct fake_creation *fake, int n);

#endif
