/* Earns: by the caller's own thread: the same pid, the same tid */
/* The start is a call: nobody new is there. */
#include "exercise.h"

#include <errno.h>

enum { INITIALISED = 1, STARTED, JOINED };

static int nothing(struct worker *self)
{
    (void)self;
    return 0;
}

static int call_target(struct worker *self)
{
    return self->target(self->arg);
}

void worker_init(struct worker *w, enum worker_kind kind)
{
    w->run = nothing;
    w->kind = kind;
    w->state = INITIALISED;
}

void worker_init_target(struct worker *w, enum worker_kind kind,
                        int (*target)(void *arg), void *arg)
{
    worker_init(w, kind);
    w->run = call_target;
    w->target = target;
    w->arg = arg;
}

int worker_start(struct worker *w)
{
    if (w->state != INITIALISED)
        return -EINVAL;
    w->result = w->run(w);
    w->state = STARTED;
    return 0;
}

int worker_join(struct worker *w, int *ret_result)
{
    if (w->state != STARTED)
        return -EINVAL;
    w->state = JOINED;
    *ret_result = w->result;
    return 0;
}
