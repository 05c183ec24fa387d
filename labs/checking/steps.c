/* Lockstep. A thread has a slot; in the slot a gate that it shuts in front of
 * itself. */
#include "steps.h"

#include "gate.h"
#include "trial.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SLOTS = 128 };

struct slot {
    struct gate gate;
    _Atomic long moved;
    _Atomic int here;
};

static struct steps {
    _Atomic int on, used;
    _Atomic long total;
    struct slot slots[MAX_SLOTS];
} * steps; /* The compiler's calls have no argument for it. Shared memory. */

static _Thread_local struct slot *mine;
static _Thread_local pid_t mine_in; /* a forked child needs one of its own */

static void stop_here(void)
{
    if (steps->on == 0)
        return;
    if (mine == NULL || mine_in != getpid()) {
        mine = &steps->slots[atomic_fetch_add(&steps->used, 1) % MAX_SLOTS];
        mine_in = getpid();
    }
    steps->total++;
    mine->moved++;
    gate_shut(&mine->gate);
    mine->here = 1;
    gate_wait(&mine->gate);
    mine->here = 0;
}

void steps_setup(void)
{
    if (steps == NULL)
        steps = trial_shared(sizeof *steps);
    memset(steps, 0, sizeof *steps);
    hook_set(stop_here);
}

void steps_begin(void)
{
    steps->on = 1;
}

void steps_end(void)
{
    steps->on = 0;
}

long steps_count(void)
{
    return steps->total;
}

bool steps_move_one(void)
{
    struct slot *least = NULL;

    for (int i = 0; i < MAX_SLOTS; i++) {
        struct slot *slot = &steps->slots[i];
        if (slot->here != 0 && gate_waiting(&slot->gate) > 0 &&
            (least == NULL || slot->moved < least->moved))
            least = slot;
    }
    if (least == NULL)
        return false;
    gate_open(&least->gate);
    return true;
}
