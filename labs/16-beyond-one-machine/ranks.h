/* What the ranks of a trial tell the judge. They are processes that a launcher
 * has started, not the judge's children: so they share a file of memory that
 * they open by its name. Internal to this lab's check. */
#ifndef RANKS_H
#define RANKS_H

#include "matching.h"
#include "stage.h"
#include "trial.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

enum { RANKS_MOST = 5, CASES_MOST = 8, SIZE_MOST = 1100, TOGETHER_MOST = 64 };

/* One range, tried by all ranks. */
struct range {
    long begin, size;
};

struct part {
    long from, to;
};

enum place {
    NOT_YET,     /* has not been called in this case */
    IN_EXERCISE, /* computes, or is in a call that we do not know */
    AT_GATE,     /* inside count(), for the first time */
    IN_CALL,     /* of MPI, one that may wait */
    BACK,        /* has come back */
    ENDED,       /* called exit() */
};

/* What a rank does now. */
struct rank {
    pid_t pid;
    const char *code; /* where this program lies in that process */
    enum place place;
    char call[32];  /* the call's name, if IN_CALL */
    int send, recv; /* what it waits for: a number in the table, or -1 */
    int together;   /* or the call of all that it is in, from 1; or 0 */
    int status;     /* of exit() */
};

/* What one case has shown. */
struct tried {
    bool whole; /* all came back */
    int wave;   /* inside count() when nobody else could come */
    int odd_parts;
    struct part odd; /* the first that is not within the range, and whose */
    int odd_rank;
    bool odd_own; /* it is within what that rank was called with */
    long result[RANKS_MOST], found[RANKS_MOST];
    int together[RANKS_MOST]; /* how many calls of all it has made */
    int left_from, left_to;   /* a message that nobody received, or -1 */
    unsigned char times[RANKS_MOST][SIZE_MOST]; /* who counted what */
};

struct facts {
    pthread_mutex_t lock; /* of all that follows, but for stage */
    pthread_cond_t moved;
    int ranks, arrived;
    int cases, now;  /* the case that is tried now */
    bool done;       /* all cases were tried */
    unsigned events; /* grows with whatever happens */
    struct range ranges[CASES_MOST];

    struct rank rank[RANKS_MOST];
    struct matching matching;
    bool gate_open;
    char together[TOGETHER_MOST][32]; /* the calls of all, by the first in */

    bool stuck;        /* everyone waits, for ever */
    bool spins;        /* nobody does, and nothing happens */
    int clash_rank;    /* in another call of all than the others, or -1 */
    bool is_misplaced; /* MPI_Init or MPI_Finalize in the exercise */
    struct tried tried[CASES_MOST];

    struct stage stage; /* where a crash is noted */
};

/* In the judge: memory for the facts, to be handed to ranks_run. */
struct facts *ranks_facts(void);

/* In the judge: all cases by so many ranks. Everything that was started has
 * ended afterwards. The check ends with 77 where ranks cannot be had. */
struct outcome ranks_run(struct facts *facts, int ranks,
                         const struct range *ranges, int n);

/* In main, first: is this program a rank? Then does what a rank does, and does
 * not come back. */
void ranks_begin(int argc, char **argv);

/* What a rank other than 0 is called with: numbers that mean nothing. */
struct part ranks_decoy(int rank);

/* For the layer, in a rank. */
struct facts *ranks_here(void);
int ranks_me(void);
void ranks_lock(void);
void ranks_unlock(void);

/* With the lock held, when this rank has nothing to do but wait: if that goes
 * for all others, too, opens the gate, or ends the trial. */
void ranks_look(void);

/* With the lock held: whoever is at the gate is not there any more, even if it
 * does not know yet. */
void ranks_open_gate(struct facts *facts);

/* Ends the trial, with the lock held: the judge has seen enough. */
_Noreturn void ranks_stop(void);

#endif
