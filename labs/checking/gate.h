/* Gates: inside a trial a callback waits at one; the judge opens it when
 * everyone waits. So all that can arrive have arrived, every time. */
#ifndef CHECKING_GATE_H
#define CHECKING_GATE_H

#include <stdatomic.h>
#include <stdbool.h>

/* Zeroed is shut. In shared memory, since processes wait here, too. */
struct gate {
    _Atomic unsigned open;
    _Atomic int waiting;
};

/* Inside a trial. A step before the wait. */
void gate_wait(struct gate *gate);

/* The same, but it is the student's own wait that stands here (for a
 * condition): the census does not say that the check holds somebody. */
void gate_wait_for_student(struct gate *gate);

void gate_open(struct gate *gate);
void gate_shut(struct gate *gate);

/* In the judge: how many wait at a gate that is shut. */
int gate_waiting(struct gate *gate);

/* In the judge: open it if anyone waits; how many that was. */
int gate_release(struct gate *gate);

#endif
